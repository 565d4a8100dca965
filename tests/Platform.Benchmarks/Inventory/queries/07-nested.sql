-- @ unnest-list
-- = id: products.id; tag: ~products.tags
select id, unnest(tags) as tag from products

-- @ unnest-lateral
-- = id: products.id; tag: ~products.tags
select p.id, t.tag from products p, unnest(p.tags) as t(tag) where p.cost > 5

-- @ unnest-count
-- = tag: ~products.tags; n:
select tag, count(*) as n from (select unnest(tags) as tag from products) t group by tag

-- @ unnest-filter
-- = id: products.id
select id from (select id, unnest(tags) as tag from products) t where tag = 'new'

-- @ struct-field
-- = id: events.id; page: ~events.props
select id, props.page as page from events

-- @ struct-fields-star
-- = page: ~events.props; ms: ~events.props
select props.* from events

-- @ struct-pack-extract
-- = x: orders.status; y: orders.note
select s.x, s.y from (select {'x': status, 'y': note, 'z': amount} as s from orders) t

-- @ struct-pack-one-field
-- = x: ~orders.status
select upper(s.x) as x from (select struct_pack(x := status, y := note) as s from orders) t

-- @ struct-nested-pack
-- = v: customers.email
select s.inner.mail as v from (select {'inner': {'mail': email, 'name': name}, 'id': id} as s from customers) t

-- @ struct-through-union
-- = k: customers.name stores.city
select s.k from (select {'k': name, 'v': balance} as s from customers union all select {'k': city, 'v': target} from stores) t

-- @ struct-output
-- = s: ~customers.name ~customers.email
select {'n': name, 'm': email} as s from customers

-- @ list-transform
-- = u: ~products.tags
select list_transform(tags, t -> upper(t)) as u from products

-- @ list-transform-capture
-- = u: ~products.tags ~products.title
select list_transform(tags, t -> t || '@' || title) as u from products

-- @ list-filter
-- = f: ~products.tags; n: ~events.urls
select list_filter(p.tags, t -> t <> 'new') as f, len(e.urls) as n from products p join events e on e.id = p.id

-- @ list-comprehension
-- = c: ~products.tags
select [t || '!' for t in tags if t <> 'old'] as c from products

-- @ list-index-slice
-- = a: ~products.tags; b: ~products.tags
select tags[1] as a, tags[1:2] as b from products

-- @ list-make
-- = l: ~orders.status ~orders.note
select [status, note] as l from orders

-- @ list-contains
-- = id: products.id
select id from products where list_contains(tags, 'sale')

-- @ list-aggregate-function
-- = m: ~products.tags; s: ~products.tags
select list_max(tags) as m, array_to_string(tags, '+') as s from products

-- @ map-make-extract
-- = v: ~orders.status ~orders.note
select map([coalesce(status, 'none')], [note])['paid'] as v from orders

-- @ json-extract
-- = p: ~events.props
select to_json(props) ->> '$.page' as p from events

-- @ list-of-struct-unnest
-- = n: ~orders.amount ~orders.status
select x.v as n from (select unnest([{'v': amount::varchar}, {'v': status}]) as x from orders) t

-- @ generate-series-lateral
-- = id: items.product_id; n: ~items.qty
select i.product_id as id, g.n from items i, generate_series(1, i.qty) as g(n)

-- @ unnest-struct-list
-- = page: ~events.props
select r.page from (select unnest([props, props], recursive := true) from events) r(page, ms)

-- @ pivot-static
-- = customer_id: orders.customer_id; paid: +orders.amount; open: +orders.amount
pivot orders on status in ('paid', 'open') using sum(amount) group by customer_id

-- @ pivot-two-aggregates
-- = store_id: orders.store_id; paid_n:; paid_t: +orders.amount
pivot (select store_id, status, amount from orders) on status in ('paid') using count(*) as n, sum(amount) as t group by store_id

-- @ pivot-sql-standard
-- = country: customers.country; vip: +customers.balance; new: +customers.balance
select * from (select country, segment, balance from customers) pivot (max(balance) for segment in ('vip', 'new'))

-- @ pivot-dynamic
-- = customer_id: orders.customer_id; void: +orders.amount; open: +orders.amount; paid: +orders.amount
pivot (select customer_id, status, amount from orders where status is not null) on status using sum(amount) group by customer_id

-- @ unpivot
-- = id: orders.id; kind:; v: ~orders.amount ~orders.discount
select id, kind, v from (select id, amount, discount from orders) unpivot (v for kind in (amount, discount))

-- @ unpivot-statement
-- = id: stores.id; name:; value: ~stores.city ~stores.country
unpivot (select id, city, country from stores) on city, country into name name value value
