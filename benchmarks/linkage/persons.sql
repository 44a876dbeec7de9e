-- Filled in: {records} and {persons}, how many there are of both; {first}, the record to begin with; {seed}. A value is drawn by a hash of the number it
-- belongs to and of what is drawn, so neither threads nor the order of work change it.

create temp macro draw(id, what) as (hash(id, what, {seed}) >> 11) / 9007199254740992.0;
create temp macro below(id, what, many) as floor(draw(id, what) * many)::bigint;
create temp macro happens(id, what, share) as draw(id, what) < share;

-- The rank of a value among many, as often as those of real names (Zipf and Mandelbrot): the first `head` are about equal.
create temp macro ranked(id, what, many, head) as
    (head * pow((many + head) / head, draw(id, what)) - head)::bigint;

-- Names of syllables; no two ranks have the same one.
create temp macro syllable(n) as
    ['b','br','c','ch','d','f','g','gr','h','j','k','l','m','n','p','r','s','st','t','w'][(n % 20 + 1)::bigint]
    || ['a','e','i','o','u','ai','ea','ou'][(n // 20 % 8 + 1)::bigint];
create temp macro given(rank) as
    syllable(rank * 61 % 160) || syllable((rank // 160 * 7 + rank * 3) % 160)
    || ['','a','n','l','y'][(rank // 160 % 5 + 1)::bigint];
create temp macro surname(rank) as
    syllable(rank * 79 % 160) || syllable((rank // 160 * 31 + rank * 11) % 160)
    || ['n','l','rt','ck','ston','ley','man','s','rd','ne','th','x'][(rank // 160 % 12 + 1)::bigint]
    || ['','er','son'][(rank // 25600 + 1)::bigint];

-- A slip of the fingers: a letter left out, doubled, replaced, or exchanged with the next one.
create temp macro slip(value, place, kind, letter) as case kind
    when 0 then left(value, place - 1) || substr(value, place + 1)
    when 1 then left(value, place) || substr(value, place)
    when 2 then left(value, place - 1) || chr((97 + letter)::integer) || substr(value, place + 1)
    else left(value, place - 1) || substr(value, place + 1, 1) || substr(value, place, 1) || substr(value, place + 2) end;
create temp macro typed(value, id, what, share) as case when happens(id, what || ' typed', share)
    then slip(value, 1 + below(id, what || ' at', length(value)), below(id, what || ' kind', 4),
              below(id, what || ' letter', 26))
    else value end;
create temp macro known(value, id, what, share) as case when happens(id, what || ' known', share) then value end;
create temp macro capital(value) as upper(left(value, 1)) || substr(value, 2);

create temp macro phone(id) as '07' || lpad(below(id, 'phone', 1000000000)::varchar, 9, '0');
create temp macro mail(id, first_name, last_name) as
    first_name || ['.', '_', ''][below(id, 'dot', 3) + 1] || last_name || 10 + below(id, 'digits', 90)
    || '@' || given(ranked(id, 'domain', 300, 2)) || '.example';
create temp macro slipped_date(id, day) as case
    when happens(id, 'born swapped', 0.03) and day(day) <= 12 then make_date(year(day), day(day), month(day))
    when happens(id, 'born typed', 0.05)
        then day + [1, -1, 10, -10, 31, 365, -365, 3652][below(id, 'born how', 8) + 1]::integer
    else day end;

-- A third of the even numbers share family name and home with the next.
create temp table persons as
select
    id,
    case when happens(id - id % 2, 'family', 0.35) then id - id % 2 else id end as family,
    given(ranked(id, 'given', 4000, 8)) as first_name,
    surname(ranked(family, 'surname', 50000, 20)) as last_name,
    date '1935-01-01' + below(id, 'born', 27000)::integer as born
from range({persons}) as r(id);

-- A copy has mistyped, married, moved and changed its phone and mail in its own way.
create temp table records as
with numbered as (
    select number, number >= {persons} as copy,
        case when copy then below(number, 'of', {persons}) else number end as cluster
    from range({first}, {records}) as r(number)),
changed as (
    select
        number as n, copy, cluster, born,
        case when copy and happens(number, 'moved', 0.15) then number + {records} else family end as home,
        case when copy and happens(number, 'short', 0.03) then left(first_name, 1)
             when copy then typed(first_name, number, 'given', 0.1) else first_name end as first_name,
        case when copy and happens(number, 'married', 0.02) then surname(ranked(number, 'surname', 50000, 20))
             when copy then typed(last_name, number, 'surname', 0.1) else last_name end as last_name,
        phone(case when copy and happens(number, 'new phone', 0.2) then number else cluster end) as phone,
        case when copy and happens(number, 'new mail', 0.2) then mail(number, first_name, last_name)
             else mail(cluster, first_name, last_name) end as email
    from numbered join persons on persons.id = numbered.cluster),
housed as (select *, ranked(home, 'city', 3000, 10) as town, copy and happens(n, 'swapped', 0.02) as swapped from changed)
select
    row_number() over (order by hash(n, 'order', {seed}), n)::varchar as key,
    known(capital(case when swapped then last_name else first_name end), n, 'given', 0.99) as first_name,
    known(capital(case when swapped then first_name else last_name end), n, 'surname', 0.995) as last_name,
    known(case when copy then slipped_date(n, born) else born end::varchar, n, 'born', 0.97) as born,
    known(1 + below(home, 'house', 200) || ' ' || typed(capital(given(ranked(home, 'street', 2000, 100))), n, 'street',
          case when copy then 0.1 else 0 end)
          || [' Street', ' Road', ' Lane', ' Close'][below(home, 'street kind', 4) + 1], n, 'street', 0.96) as street,
    known(capital(given(town)) || ['ton', 'ham', 'ford', 'by'][town % 4 + 1], n, 'city', 0.98) as city,
    known((100000 + town * 300 + below(home, 'zone', greatest(1, 300 // (town + 1))))::varchar, n, 'postcode', 0.96)
        as postcode,
    known(case when copy then typed(email, n, 'mail', 0.05) else email end, n, 'mail', 0.8) as email,
    known(case when copy then typed(phone, n, 'phone', 0.02) else phone end, n, 'phone', 0.85) as phone,
    cluster
from housed
order by row_number() over (order by hash(n, 'order', {seed}), n);
