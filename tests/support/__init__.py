"""What tests share: built sites, a static server, browsers, and the programs that only some machines have."""
