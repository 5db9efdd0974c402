//! Numbers as they are written.

use bigdecimal::{BigDecimal, ToPrimitive as _, Zero as _};
use serde_json::{Number, Value};

/// The exact value of a number; `None` for any other value.
#[must_use]
pub fn decimal(value: &Value) -> Option<BigDecimal> {
    value.as_number()?.to_string().parse().ok()
}

/// Whether a number is a multiple of another one. Nothing is a multiple of 0 or of a negative number.
#[must_use]
pub fn is_multiple(number: &BigDecimal, of: &BigDecimal) -> bool {
    *of > BigDecimal::zero() && (number % of).is_zero()
}

/// The integer that a number is, spelled without a fraction; `None` if it is none, or if 64 bits cannot represent it.
#[must_use]
pub fn integer(number: &BigDecimal) -> Option<Number> {
    if !number.is_integer() {
        return None;
    }
    number.to_i64().map(Number::from).or_else(|| number.to_u64().map(Number::from))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_exact() {
        let number = |value: Value| decimal(&value).expect("a number");
        assert!(number(json!(i64::MIN)) < number(json!(i64::MIN + 1)));
        assert!(number(json!(u64::MAX)) > number(json!(u64::MAX - 1)));
        assert_eq!(number(json!(1e3)), number(json!(1000)));
        assert!(is_multiple(&number(json!(0.1)), &number(json!(0.01))));
        assert!(is_multiple(&number(json!(1e300)), &number(json!(1e-300))));
        assert!(!is_multiple(&number(json!(0.01)), &number(json!(0.1))));
        assert!(!is_multiple(&number(json!(1)), &number(json!(0))));
        assert_eq!(decimal(&json!("1")), None);
    }

    #[test]
    fn integers_have_one_spelling() {
        let spelled = |value: Value| decimal(&value).as_ref().and_then(integer);
        assert_eq!(spelled(json!(5.0)), Some(5.into()));
        assert_eq!(spelled(json!(-1e18)), Some((-1_000_000_000_000_000_000_i64).into()));
        assert_eq!(spelled(json!(u64::MAX)), Some(u64::MAX.into()));
        assert_eq!(spelled(json!(5.5)), None);
        assert_eq!(spelled(json!(1e300)), None);
    }
}
