"""Register models of the kit's chips, and the bus they hang on."""
