"""What all tests share; its place here lets them import `strategies`."""
