"""The reference in the product: /docs/api, made of the OpenAPI document."""
