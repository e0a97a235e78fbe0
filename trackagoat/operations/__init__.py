"""For those who run the product: staff's health page, metrics, the public status page, and mail when something is
broken. Everything is computed from the database and Redis when it is asked for, so any number of processes agree."""
