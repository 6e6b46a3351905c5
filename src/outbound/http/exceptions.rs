//! Where the administrator lets requests go that would otherwise be refused. Nobody else can: there is no exception in a
//! request, a client or an organization.

use url::Host;

/// The exceptions that are set, each a list of `host` or `host:port`. An entry with a port also allows that port.
#[derive(Clone, Debug, Default)]
pub struct Exceptions {
    private: Vec<Entry>,
    plain: Vec<Entry>,
    ports: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    host: String,
    port: Option<u16>,
}

/// An entry is neither `host` nor `host:port`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no host, and no host:port")]
pub struct BadEntry(String);

impl Exceptions {
    /// Reads the lists: hosts that may have private addresses, hosts that are reached without TLS, ports besides 443.
    ///
    /// # Errors
    /// The first entry that is no host.
    pub fn read(private: &[String], plain: &[String], ports: &[String]) -> Result<Self, BadEntry> {
        let read = |list: &[String]| list.iter().map(|text| entry(text)).collect::<Result<Vec<_>, _>>();
        let ports_read = read(ports)?;
        for (entry, text) in ports_read.iter().zip(ports) {
            if entry.port.is_none() {
                return Err(BadEntry(text.clone()));
            }
        }
        Ok(Self {
            private: read(private)?,
            plain: read(plain)?,
            ports: ports_read,
        })
    }

    /// Whether a host may have an address that is not public.
    pub fn may_be_private(&self, host: &str) -> bool {
        names(&self.private, host)
    }

    /// Whether a host is reached without TLS.
    pub fn may_be_plain(&self, host: &str) -> bool {
        names(&self.plain, host)
    }

    /// Whether a port of a host is reached although it is not the one of the scheme.
    pub fn may_use_port(&self, host: &str, port: u16) -> bool {
        let lists = [&self.private, &self.plain, &self.ports];
        lists
            .into_iter()
            .flatten()
            .any(|entry| entry.host == plain_name(host) && entry.port == Some(port))
    }
}

fn names(list: &[Entry], host: &str) -> bool {
    list.iter().any(|entry| entry.host == plain_name(host))
}

/// A name and the same name with the dot of the root are one.
fn plain_name(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

/// Reads an entry as the host of an address is read, so that both are written alike.
fn entry(text: &str) -> Result<Entry, BadEntry> {
    let bad = || BadEntry(text.to_owned());
    let (host, port) = match text.rsplit_once(':') {
        // `[::1]` without a port ends in a bracket.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port.parse::<u16>().map_err(|_| bad())?)),
        _ => (text, None),
    };
    let host = Host::parse(host).map_err(|_| bad())?.to_string();
    if host.is_empty() {
        return Err(bad());
    }
    Ok(Entry {
        host: plain_name(&host).to_owned(),
        port,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn an_exception_is_for_its_host_and_port_alone() {
        let exceptions = Exceptions::read(
            &list(&["Intranet.example", "[::1]:8080", "10.0.0.1:9000"]),
            &list(&["intranet.example:81"]),
            &list(&["api.example:8443"]),
        )
        .unwrap();
        assert!(exceptions.may_be_private("intranet.example") && exceptions.may_be_private("intranet.example."));
        assert!(!exceptions.may_be_private("evil.intranet.example") && !exceptions.may_be_private("api.example"));
        assert!(exceptions.may_be_private("[::1]") && exceptions.may_use_port("[::1]", 8080));
        assert!(exceptions.may_be_plain("intranet.example") && !exceptions.may_be_plain("10.0.0.1"));
        assert!(exceptions.may_use_port("intranet.example", 81) && !exceptions.may_use_port("intranet.example", 82));
        assert!(exceptions.may_use_port("api.example", 8443) && !exceptions.may_use_port("other.example", 8443));
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for bad in [
            "",
            "a b",
            "https://a.example",
            "a.example:port",
            "a.example:70000",
            "*.a b",
            ":80",
        ] {
            assert!(Exceptions::read(&list(&[bad]), &[], &[]).is_err(), "{bad:?}");
        }
        assert!(
            Exceptions::read(&[], &[], &list(&["a.example"])).is_err(),
            "a port is missing"
        );
    }
}
