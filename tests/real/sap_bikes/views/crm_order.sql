-- orders with the sum of their items; this system writes a decimal comma
select o.*, i.items_gross
from raw.crm__orders o
left join (
    select SALESORDERID, replace(sum(replace(GROSSAMOUNT, ',', '.')::decimal(18, 3))::varchar, '.', ',') as items_gross
    from raw.crm__items group by SALESORDERID
) i on i.SALESORDERID = o.SALESORDERID
