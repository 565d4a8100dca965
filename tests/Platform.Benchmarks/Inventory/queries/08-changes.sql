-- @ insert-select -> totals
-- = country: customers.country; total: +orders.amount; n:
insert into totals select c.country, sum(o.amount), count(*) from orders o join customers c on c.id = o.customer_id group by c.country

-- @ insert-columns -> totals
-- = country: stores.country; total: ~stores.target; n: stores.id
insert into totals (n, country, total) select id, country, target * 2 from stores where opened < date '2026-02-01'

-- @ insert-by-name -> totals
-- = country: rates.country; total: +rates.rate; n:
insert into totals by name select count(*) as n, country, avg(rate) as total from rates group by country

-- @ insert-with-cte -> totals
-- = country: customers.country; total: customers.balance; n:
insert into totals with v as (select country, balance from customers where segment = 'vip') select country, balance, 1 from v

-- @ insert-union -> totals
-- = country: customers.country stores.country; total: customers.balance stores.target; n:
insert into totals select country, balance, 1 from customers union all select country, target, 2 from stores

-- @ create-table-as
-- = id: orders.id; city: stores.city; amount: orders.amount
create table result as select o.id, s.city, o.amount from orders o join stores s on s.id = o.store_id

-- @ create-or-replace
-- = status: orders.status; total: +orders.amount
create or replace table result as select status, sum(amount) as total from orders group by status

-- @ update-constant -> stock
-- = updated:
update stock set updated = date '2026-06-01' where qty < 20

-- @ update-expression -> stock
-- = qty: ~stock.store_id ~stock.qty
update stock set qty = qty + store_id where product_id > 3

-- @ update-from -> stock
-- = qty: +items.qty
update stock set qty = s.n from (select product_id, sum(qty) as n from items group by product_id) s where s.product_id = stock.product_id

-- @ update-subquery -> stock
-- = updated: +orders.placed
update stock set updated = (select max(o.placed)::date from orders o where o.store_id = stock.store_id)

-- @ update-case -> stock
-- = qty: ~products.cost
update stock set qty = case when p.category_id = 2 then p.cost::int else 0 end from products p where p.id = stock.product_id

-- @ update-in-subquery -> stock
-- = qty:
update stock set qty = 0 where product_id in (select id from products where cost > 30)

-- @ delete-where -> stock
-- = qty:
delete from stock where qty < 15

-- @ delete-in-subquery -> stock
-- = product_id:
delete from stock where product_id in (select id from products where category_id = 2)

-- @ delete-using -> stock
-- = product_id:
delete from stock using stores s where s.id = stock.store_id and s.country = 'UK'

-- @ delete-exists -> stock
-- = product_id:
delete from stock where exists (select 1 from items i where i.product_id = stock.product_id and i.qty > 3)

-- @ merge-upsert -> stock
-- = product_id: items.product_id; store_id:; qty: +items.qty ~stock.qty; updated:
merge into stock t using (select product_id, sum(qty) as n from items where product_id is not null group by product_id) s on t.product_id = s.product_id when matched then update set qty = t.qty + s.n when not matched then insert (product_id, store_id, qty, updated) values (s.product_id, 0, s.n, date '2026-05-05')

-- @ merge-conditions -> stock
-- = qty: ~orders.amount; updated: ~orders.placed
merge into stock t using (select id, amount, placed::date as placed, status from orders) s on t.product_id = s.id when matched and s.status = 'paid' then update set qty = s.amount::int when matched then update set updated = s.placed

-- @ merge-delete -> stock
-- = product_id:
merge into stock t using (select id, cost from products) s on t.product_id = s.id when matched and s.cost > 25 then delete

-- @ merge-insert-only -> stock
-- = product_id: products.id; store_id: products.category_id; qty: ~products.cost; updated:
merge into stock t using products s on t.product_id = s.id when not matched and s.cost > 3 then insert (product_id, store_id, qty, updated) values (s.id, s.category_id, s.cost::int, null)

-- @ merge-by-source -> stock
-- = qty:
merge into stock t using (select id from products where category_id = 1) s on t.product_id = s.id when not matched by source then update set qty = -1

-- @ copy-to
-- = id: orders.id; total: ~orders.amount ~orders.discount
copy (select id, amount + coalesce(discount, 0) as total from orders where status = 'paid') to '/dev/null' (format csv)

-- @ create-view-as
-- = id: products.id; title: products.title
create view result as select id, title from products where cost > 10

-- @ insert-returning -> totals
-- = country: categories.name; total:; n: categories.id
insert into totals select name, 0.5, id from categories where parent_id is not null returning country
