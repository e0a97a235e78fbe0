"""The local stack: real PostgreSQL, real Redis and the product on one machine, for `make up` and the tests."""
