"""GOV.UK Notify's REST API, which sends nothing and keeps every message."""
