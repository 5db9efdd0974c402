//! Tests of the effective form.
