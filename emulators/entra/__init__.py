"""Microsoft Entra ID's sign-in and token endpoints, as far as msal and a resource server use them."""
