"""What is imitated of Graph and Outlook, as data: one module a part of the list, put together in `fidelity.py`."""
