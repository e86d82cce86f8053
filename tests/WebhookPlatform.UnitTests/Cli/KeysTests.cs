using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using WebhookPlatform.Cli;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Simulators;
using WebhookPlatform.UnitTests.Simulators;

namespace WebhookPlatform.UnitTests.Cli;

public sealed class KeysTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webhooks-keys-");

    public static TheoryData<string> Providers => Simulation.AllProviders();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_keys_prints_makes_a_source_that_believes_what_send_sends(string provider)
    {
        var simulator = SimulatorCatalog.Find(provider)!;
        await using var receiver = await Receiver.StartAsync();
        var url = $"{receiver.Address}/webhooks/{provider}";
        var key = Path.Combine(_folder.FullName, "key.pem");
        using var keys = new Tool();
        Assert.Equal(ExitCodes.Ok, await keys.RunAsync("keys", provider, "--url", url, "--out", key));
        var variables = keys.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => (line[..line.IndexOf('=', StringComparison.Ordinal)], line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..])).ToArray();
        Assert.Equal(simulator.Secret.IsShared, !File.Exists(key));

        using var send = new Tool(variables);
        string[] arguments = ["send", provider, simulator.Events[0].Name, "--to", receiver.Address, .. simulator.Secret.IsShared ? Array.Empty<string>() : ["--secret-file", key]];
        Assert.Equal(ExitCodes.Ok, await send.RunAsync(arguments));

        var received = Assert.Single(receiver.Requests);
        Assert.Equal(("POST", $"/webhooks/{provider}"), (received.Method, received.Path));
        if (simulator.Proof.Place is ProofPlace.Connection)
        {
            return; // Over plain HTTP there is no certificate to show.
        }

        var (source, problems) = SourceFactory.Create(provider, Options(variables, provider), SourceOrigin.Configuration);
        Assert.Empty(problems);
        var context = new SimulationContext(simulator.Secret.IsShared ? "" : await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken), TimeProvider.System, new Random()) { Url = url };
        var headers = new HeaderDictionary();
        foreach (var (name, value) in received.Headers)
        {
            headers[name] = value;
        }

        var raw = new RawRequest(received.Method, received.Query, headers, received.Body) { Url = source!.Provider.NeedsUrl ? url + received.Query : "" };
        Assert.Null((await Simulation.VerifyAsync(raw, source, context, TimeProvider.System.GetUtcNow())).Failure);
    }

    [Fact]
    public async Task A_private_key_is_written_for_its_owner_alone_and_never_over_another()
    {
        var key = Path.Combine(_folder.FullName, "discord.pem");
        using var tool = new Tool();
        Assert.Equal(ExitCodes.Ok, await tool.RunAsync("keys", "discord", "--out", key));
        var written = await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken);

        using var again = new Tool();
        Assert.Equal(ExitCodes.Usage, await again.RunAsync("keys", "discord", "--out", key));

        Assert.Contains("PRIVATE KEY", written, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", tool.Output + tool.Error, StringComparison.Ordinal);
        Assert.Equal(written, await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken));
        Assert.Contains("--out", again.Error, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        }
    }

    [Theory]
    [InlineData("webhooks keys discord", "send", "discord", "interaction.application_command")]
    [InlineData("a private key (Ed25519)", "send", "discord", "interaction.application_command", "--secret", "not a key")]
    [InlineData("hexadecimal", "send", "adyen", "CAPTURE", "--secret", "not hexadecimal")]
    [InlineData("cannot be read", "send", "discord", "interaction.application_command", "--secret-file", "/no/such/file")]
    [InlineData("name=value", "send", "stripe", "random", "--setting", "WebhookId")]
    [InlineData("TLS handshake", "sign", "mtls", "--secret-file", "{mtls}", "--body", "{json}")]
    [InlineData("--out", "sign", "mailgun", "--secret", "x", "--body", "{json}")]
    [InlineData("notificationItems", "sign", "adyen", "--secret", "00ff", "--body", "{json}")]
    [InlineData("cannot be written", "keys", "discord", "--out", "/no/such/folder/key.pem")]
    public async Task What_is_missing_is_told_in_a_sentence(string sentence, params string[] arguments)
    {
        var (json, mtls) = (Path.Combine(_folder.FullName, "body.json"), Path.Combine(_folder.FullName, "mtls.pem"));
        await File.WriteAllTextAsync(json, "{}", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(mtls, SimulatorCatalog.Find("mtls")!.Secret.Create(), TestContext.Current.CancellationToken);
        using var tool = new Tool();

        Assert.Equal(ExitCodes.Usage, await tool.RunAsync([.. arguments.Select(argument => argument.Replace("{json}", json, StringComparison.Ordinal).Replace("{mtls}", mtls, StringComparison.Ordinal))]));

        Assert.Contains(sentence, tool.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sign_writes_a_signed_body_and_tells_the_signed_address()
    {
        var (body, signed) = (Path.Combine(_folder.FullName, "body.json"), Path.Combine(_folder.FullName, "signed.json"));
        await File.WriteAllTextAsync(body, """{"event-data":{"event":"opened"}}""", TestContext.Current.CancellationToken);
        using var mailgun = new Tool();
        using var hub = new Tool();

        Assert.Equal(ExitCodes.Ok, await mailgun.RunAsync("sign", "mailgun", "--secret", "key", "--body", body, "--out", signed));
        Assert.Equal(ExitCodes.Ok, await hub.RunAsync("sign", "docker-hub", "--secret", "a b", "--body", body));

        Assert.Contains("\"signature\"", await File.ReadAllTextAsync(signed, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("/webhooks/docker-hub?token=a%20b", hub.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_of_what_only_the_provider_can_prove_is_explained()
    {
        await using var receiver = await Receiver.StartAsync((http, _) =>
        {
            http.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        var key = Path.Combine(_folder.FullName, "paypal.pem");
        await File.WriteAllTextAsync(key, SimulatorCatalog.Find("paypal")!.Secret.Create(), TestContext.Current.CancellationToken);
        using var paypal = new Tool();
        using var square = new Tool();
        using var mollie = new Tool();

        Assert.Equal(ExitCodes.Failed, await paypal.RunAsync("send", "paypal", "random", "--secret-file", key, "--to", receiver.Address));
        Assert.Equal(ExitCodes.Failed, await square.RunAsync("send", "square", "random", "--secret", "x", "--to", receiver.Address));
        Assert.Equal(ExitCodes.Failed, await mollie.RunAsync("send", "mollie", "classic", "--secret", "x", "--to", receiver.Address));

        Assert.Contains("has asked api.mollie.com", mollie.Error, StringComparison.Ordinal);
        Assert.Contains("api.paypal.com", paypal.Error, StringComparison.Ordinal);
        Assert.Contains("Sources__square__PublicUrl", square.Error, StringComparison.Ordinal);
    }

    private static SourceOptions Options(IEnumerable<(string Name, string Value)> variables, string provider) => new ConfigurationBuilder()
        .AddInMemoryCollection(variables.Select(variable => KeyValuePair.Create(variable.Name[$"Sources__{provider}__".Length..].Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value)))
        .Build().Get<SourceOptions>()!;
}
