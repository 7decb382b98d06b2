-- The proofs that something was erased stay, beside. The version of then takes up what comes again of it.
create table if not exists undone_erasure as table erasure with no data;
insert into undone_erasure select * from erasure;

drop view erasure_view;
drop table erasure;
