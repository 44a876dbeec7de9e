-- One row for each row of KNA1: its terms in the main company code, its address and e-mail, its last order.
select
    k.*,
    coalesce(a.NAME1, k.NAME1) as name,
    b.ZTERM,
    m.SMTP_ADDR,
    o.last_order
from raw.erp__kna1 k
left join raw.erp__knb1 b on b.KUNNR = k.KUNNR and b.BUKRS = '1000'
left join raw.erp__adrc a on a.ADDRNUMBER = k.ADRNR
left join raw.erp__adr6 m on m.ADDRNUMBER = k.ADRNR
left join (select KUNNR, max(ERDAT) as last_order from raw.erp__vbak group by KUNNR) o on o.KUNNR = k.KUNNR
