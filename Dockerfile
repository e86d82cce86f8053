# One Dockerfile for all services: docker build --build-arg SERVICE=Gateway .
# SERVICE: Gateway, Dashboard, Notifications, Automation, or Cli for the command-line tool.

# The .NET release to build with and to run on. Two, because exact releases are numbered differently (10.0.100 and 10.0.0).
ARG DOTNET_SDK_TAG=10.0
ARG DOTNET_RUNTIME_TAG=10.0

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET_SDK_TAG} AS build
WORKDIR /source
# Packages are restored from project and lock files alone, so that a change of code does not restore them again.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig WebhookPlatform.sln ./
COPY eng/Services.slnf eng/
COPY aspire/WebhookPlatform.ServiceDefaults/*.csproj aspire/WebhookPlatform.ServiceDefaults/packages.lock.json aspire/WebhookPlatform.ServiceDefaults/
COPY src/WebhookPlatform.Contracts/*.csproj src/WebhookPlatform.Contracts/packages.lock.json src/WebhookPlatform.Contracts/
COPY src/WebhookPlatform.Messaging/*.csproj src/WebhookPlatform.Messaging/packages.lock.json src/WebhookPlatform.Messaging/
COPY src/WebhookPlatform.Gateway/*.csproj src/WebhookPlatform.Gateway/packages.lock.json src/WebhookPlatform.Gateway/
COPY src/WebhookPlatform.Dashboard/*.csproj src/WebhookPlatform.Dashboard/packages.lock.json src/WebhookPlatform.Dashboard/
COPY src/WebhookPlatform.Notifications/*.csproj src/WebhookPlatform.Notifications/packages.lock.json src/WebhookPlatform.Notifications/
COPY src/WebhookPlatform.Automation/*.csproj src/WebhookPlatform.Automation/packages.lock.json src/WebhookPlatform.Automation/
COPY src/WebhookPlatform.Simulators/*.csproj src/WebhookPlatform.Simulators/packages.lock.json src/WebhookPlatform.Simulators/
COPY src/WebhookPlatform.Cli/*.csproj src/WebhookPlatform.Cli/packages.lock.json src/WebhookPlatform.Cli/
# `offline` where a firewall lets packages through and not the lists of revoked certificates: each would be waited for.
ARG NUGET_CERT_REVOCATION_MODE=online
RUN dotnet restore eng/Services.slnf --locked-mode
COPY aspire/WebhookPlatform.ServiceDefaults aspire/WebhookPlatform.ServiceDefaults
COPY docs/asyncapi.json docs/
COPY docs/schemas docs/schemas
COPY src src
# Built once for all services; each image then only collects its own files. Analyzers are for those who change the code:
# without them it builds in a third of the time.
RUN dotnet build eng/Services.slnf -c Release --no-restore -p:RunAnalyzers=false

FROM build AS publish
ARG SERVICE
RUN test -n "$SERVICE" || { echo "Say which service: --build-arg SERVICE=Gateway" >&2; exit 1; }
RUN dotnet publish "src/WebhookPlatform.$SERVICE" -c Release --no-build -o /app \
 && ln -s "$(basename /app/*.runtimeconfig.json .runtimeconfig.json)" /app/service

FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET_RUNTIME_TAG}
WORKDIR /app
COPY --from=publish /app .
# The only place a service writes to, and only when mail goes to files. A volume mounted there inherits the owner.
RUN install -d -o $APP_UID -g $APP_UID /data
ENV ASPNETCORE_HTTP_PORTS=8080 \
    Notifications__MailFolder=/data/mail
USER $APP_UID
EXPOSE 8080
# The image has no curl: the service asks itself.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --start-interval=2s CMD ["/app/service", "healthcheck"]
ENTRYPOINT ["/app/service"]
