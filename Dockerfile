# Sluice's command line, with Pulumi, Helm and kubectl for whatever a stack asks of them:
#
#   docker build --tag sluice .
#   docker run --rm -it -v "$PWD:/work" -v ~/.kube:/home/sluice/.kube:ro sluice explain --stack shop
FROM node:22-bookworm-slim AS package
WORKDIR /sluice
COPY package.json package-lock.json ./
COPY policies/package.json policies/
COPY deployments/package.json deployments/
COPY lab/package.json lab/
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm pack

FROM alpine/helm:4.2.3 AS helm
FROM registry.k8s.io/kubectl:v1.36.3 AS kubectl

FROM node:22-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates curl git \
  && rm -rf /var/lib/apt/lists/*
COPY --from=helm /usr/bin/helm /usr/local/bin/
COPY --from=kubectl /bin/kubectl /usr/local/bin/
COPY --from=package /sluice/sluice-*.tgz /tmp/
RUN npm install --global --no-audit --no-fund /tmp/sluice-*.tgz && rm /tmp/sluice-*.tgz
RUN useradd --create-home --uid 65532 sluice && mkdir /work && chown sluice /work
USER sluice
ENV PATH=/home/sluice/.pulumi/bin:$PATH
# The versions that Sluice installs by itself elsewhere (engine/pulumi-command.ts, package.json).
RUN curl -fsSL https://get.pulumi.com | sh -s -- --version 3.276.0 --no-edit-path \
  && pulumi plugin install resource kubernetes 4.32.0 \
  && pulumi plugin install resource random 4.21.2
WORKDIR /work
ENTRYPOINT ["sluice"]
CMD ["--help"]
