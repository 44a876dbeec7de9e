-- orders with the sum of their items
select o.*, i.items_gross
from raw.erp__orders o
left join (
    select SALESORDERID, sum(GROSSAMOUNT::decimal(18, 3)) as items_gross from raw.erp__items group by SALESORDERID
) i on i.SALESORDERID = o.SALESORDERID
