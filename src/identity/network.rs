//! Which addresses are one party. Who has one IPv6 address has a whole network of them, and some IPv6 addresses are IPv4
//! addresses in other clothes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The network that limits count for an address: an IPv4 address itself, an IPv6 address without what lies behind `prefix`
/// bits. Mapped (`::ffff:0:0/96`), translated (`64:ff9b::/96`, RFC 6052) and 6to4 (`2002::/16`, RFC 3056) addresses are the
/// IPv4 address inside.
pub fn of(address: IpAddr, prefix: u8) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => match embedded(v6) {
            Some(v4) => IpAddr::V4(v4),
            None => {
                let hidden = 128_u32.saturating_sub(prefix.into());
                let mask = u128::MAX.checked_shl(hidden).unwrap_or_default();
                IpAddr::V6((u128::from(v6) & mask).into())
            }
        },
        v4 => v4,
    }
}

fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [0x2002, high, low, ..] | [0x0064, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(((u32::from(high) << 16) | u32::from(low)).into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn network(text: &str) -> String {
        of(text.parse().unwrap(), 64).to_string()
    }

    #[test]
    fn rl_04_spellings_and_neighbours_are_one() {
        for (address, expected) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("::ffff:c000:201", "192.0.2.1"),
            ("2002:c000:0201::1", "192.0.2.1"),
            ("2002:c000:0201:ffff::9", "192.0.2.1"),
            ("64:ff9b::c000:201", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::"),
            ("2001:0DB8:0000:0000:ffff::", "2001:db8::"),
            ("2001:db8:0:1::1", "2001:db8:0:1::"),
            ("::1", "::"),
        ] {
            assert_eq!(network(address), expected, "{address}");
        }
        assert_eq!(
            of("2001:db8:0:1ff::1".parse().unwrap(), 56).to_string(),
            "2001:db8:0:100::"
        );
    }

    proptest! {
        #[test]
        fn rl_04_whatever_lies_behind_the_prefix_changes_nothing(address: u128, noise: u64, prefix in 48_u8..=64) {
            let base = IpAddr::V6(address.into());
            let noisy = IpAddr::V6((address ^ u128::from(noise)).into());
            prop_assume!(embedded(address.into()).is_none() && base.to_canonical().is_ipv6());
            prop_assume!(noisy.to_canonical().is_ipv6() && embedded((address ^ u128::from(noise)).into()).is_none());
            prop_assert_eq!(of(base, prefix), of(noisy, prefix));
        }
    }
}
