//! An emulator of the Atlas live-migration API.
