-- partners with their address
select p.*, trim(a.STREET) || ' ' || coalesce(a.BUILDING, '') as street, a.CITY, a.POSTALCODE, a.COUNTRY
from raw.erp__partners p
left join raw.erp__addresses a on a.ADDRESSID = p.ADDRESSID
