using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebhookPlatform.Cli;

namespace WebhookPlatform.UnitTests.Cli;

/// <summary>A tiny web server on a free port that keeps what it receives and answers as the test wants.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _application;

    private Receiver(WebApplication application) => _application = application;

    public ConcurrentQueue<Received> Requests { get; } = new();

    public string Address { get; private set; } = "";

    /// <param name="answer">Answers; null: as the gateway does, telling duplicates by body.</param>
    public static async Task<Receiver> StartAsync(Func<HttpContext, Received, Task>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        var bodies = new ConcurrentDictionary<string, byte>(StringComparer.Ordinal);
        receiver._application.Run(async http =>
        {
            using var buffer = new MemoryStream();
            await http.Request.Body.CopyToAsync(buffer);
            var received = new Received(http.Request.Method, http.Request.Path, http.Request.QueryString.Value ?? "", http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), buffer.ToArray());
            receiver.Requests.Enqueue(received);
            await (answer is not null
                ? answer(http, received)
                : http.Response.WriteAsJsonAsync(new { deliveryId = Guid.NewGuid(), duplicate = !bodies.TryAdd(Convert.ToBase64String(received.Body), 0) }));
        });
        await receiver._application.StartAsync();
        receiver.Address = receiver._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return receiver;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}

internal sealed record Received(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>Runs the tool as the shell would, and keeps what it prints.</summary>
internal sealed class Tool(params (string Name, string Value)[] variables) : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    public Task<int> RunAsync(params string[] arguments) => CommandLine.RunAsync(
        arguments,
        new CliContext(TextWriter.Synchronized(_output), TextWriter.Synchronized(_error), variables.ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal), TimeProvider.System, IsTerminal: false),
        TestContext.Current.CancellationToken);
}
