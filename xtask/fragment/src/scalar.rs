//! Plain YAML scalars: the core schema of YAML 1.2, without the numbers that JSON cannot represent.
//!
//! `no`, `on` and `2023-01-01` are strings, unlike in YAML 1.1.

use serde_json::{Number, Value};

/// Parses a plain scalar; `None` if it is a number that JSON or 64 bits cannot represent.
pub(super) fn read(text: &str) -> Option<Value> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Value::Null),
        "true" | "True" | "TRUE" => return Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Some(Value::Bool(false)),
        _ => {}
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return None;
    }
    if let Some(number) = integer(text, unsigned) {
        return number.map(Value::Number);
    }
    if is_float(unsigned) {
        // A number that overflows becomes infinite, for which `from_f64` returns `None`.
        return text.parse().ok().and_then(Number::from_f64).map(Value::Number);
    }
    Some(Value::String(text.to_owned()))
}

/// The outer `None` means that the text is not an integer, the inner `None` that the integer does not fit.
fn integer(text: &str, unsigned: &str) -> Option<Option<Number>> {
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = text.strip_prefix(prefix)
            && !digits.is_empty()
            && digits.chars().all(|digit| digit.is_digit(radix))
        {
            return Some(u64::from_str_radix(digits, radix).ok().map(Number::from));
        }
    }
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let signed = text.parse::<i64>().ok().map(Number::from);
    Some(signed.or_else(|| text.parse::<u64>().ok().map(Number::from)))
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn core_schema() {
        for (text, expected) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("null", json!(null)),
            ("nUll", json!("nUll")),
            ("True", json!(true)),
            ("no", json!("no")),
            ("on", json!("on")),
            ("2023-01-01", json!("2023-01-01")),
            ("3.0.3", json!("3.0.3")),
            ("12", json!(12)),
            ("-12", json!(-12)),
            ("+12", json!(12)),
            ("0o17", json!(15)),
            ("0xfF", json!(255)),
            ("0x", json!("0x")),
            ("18446744073709551615", json!(18_446_744_073_709_551_615_u64)),
            ("1.5", json!(1.5)),
            (".5", json!(0.5)),
            ("1.", json!(1.0)),
            (".", json!(".")),
            ("-", json!("-")),
            ("e3", json!("e3")),
            ("1e3", json!(1000.0)),
            ("1e", json!("1e")),
            ("1e-", json!("1e-")),
            ("6296fb4c7c7aa997cf94e9a8", json!("6296fb4c7c7aa997cf94e9a8")),
        ] {
            assert_eq!(read(text), Some(expected), "{text}");
        }
        for text in [".nan", "-.inf", "+.INF", "18446744073709551616", "-9223372036854775809", "1e999"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
