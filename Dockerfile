FROM rust:1-slim-trixie AS build
WORKDIR /src
COPY . .
# The caches are not part of a layer, so the program is copied out of them in the same step.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --release --bin passgate && cp target/release/passgate /passgate

FROM debian:trixie-slim
# The number is fixed, so that the owner of a mounted folder can be set beforehand.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin passgate \
    && install -d -o passgate -g passgate -m 0700 /var/lib/passgate/data /var/lib/passgate/keys
COPY --from=build /passgate /usr/local/bin/passgate
# A settings file may be mounted as /etc/passgate/config/passgate.toml.
WORKDIR /etc/passgate
ENV PASSGATE_LISTEN=0.0.0.0:8080 \
    PASSGATE_DATA_DIR=/var/lib/passgate/data \
    PASSGATE_KEYS_DIR=/var/lib/passgate/keys
USER passgate
# Two volumes, because the master key is backed up apart from the data that it protects.
VOLUME ["/var/lib/passgate/data", "/var/lib/passgate/keys"]
EXPOSE 8080
# No HEALTHCHECK: the image has no HTTP client. Let the orchestrator ask /healthz and /readyz.
ENTRYPOINT ["passgate"]
CMD ["serve"]
