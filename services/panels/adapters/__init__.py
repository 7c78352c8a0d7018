"""Other services, the folder that the case system watches, and the page that minutes become."""
