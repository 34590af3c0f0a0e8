"""What lies in the data folder: journals and the files beside them."""
