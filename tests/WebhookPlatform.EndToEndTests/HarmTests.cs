using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.EndToEndTests;

/// <summary>Load that means harm: the gateway goes on answering everybody else, and its memory stays bounded.</summary>
public sealed class HarmTests(Platform platform)
{
    // Bodies under way may take 256 MiB; the rest is the service itself, and room for what the collector has not taken back yet.
    private const long MostMemory = 900L * 1024 * 1024;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_idle_connections_keep_nobody_out()
    {
        var idle = new List<Socket>();
        try
        {
            for (var at = 0; at < 10_000; at++)
            {
                idle.Add(await ConnectAsync());
            }

            await AnswersAsync(seed: 10_001);
            Assert.InRange(Resident(), 0, MostMemory);
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Headers_that_trickle_are_cut_off_and_keep_nobody_out()
    {
        var slow = new List<Socket>();
        try
        {
            for (var at = 0; at < 500; at++)
            {
                slow.Add(await ConnectAsync());
            }

            var closed = slow.Select(TrickleAsync).ToList();

            await AnswersAsync(seed: 10_002);
            Assert.All(await Task.WhenAll(closed).WaitAsync(TimeSpan.FromMinutes(2), Cancel), Assert.True);
        }
        finally
        {
            slow.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task A_thousand_large_bodies_at_once_are_stored_or_refused_and_memory_stays_bounded()
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1000 }) { BaseAddress = platform.Gateway.Address, Timeout = TimeSpan.FromMinutes(2) };
        var filler = new string('x', (1024 * 1024) - 100);
        var posts = Enumerable.Range(0, 1000).Select(async number =>
        {
            using var content = new StringContent($$"""{"event":"harm","orderId":"large_{{number}}","filler":"{{filler}}"}""", Encoding.UTF8, "application/json");
            content.Headers.Add("X-Signature", SimulatedSources.SecretOf("token"));
            using var response = await client.PostAsync(new Uri("/webhooks/token", UriKind.Relative), content, Cancel);
            return (response.StatusCode, HasRetryAfter: response.Headers.RetryAfter is not null);
        }).ToList();

        await AnswersAsync(seed: 10_003);
        var answers = await Task.WhenAll(posts);

        Assert.All(answers, answer => Assert.True(answer is { StatusCode: HttpStatusCode.OK } or { StatusCode: HttpStatusCode.ServiceUnavailable, HasRetryAfter: true }, answer.ToString()));
        Assert.Contains(answers, answer => answer.StatusCode is HttpStatusCode.OK);
        Assert.InRange(Resident(), 0, MostMemory);
    }

    // An honest webhook gets its 200 while the harm lasts.
    private async Task AnswersAsync(int seed)
    {
        var (delivery, _) = await platform.SendAsync("stripe", Platform.Make("stripe", "payment_intent.succeeded", seed));
        Assert.NotNull(delivery);
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(platform.Gateway.Address.Host, platform.Gateway.Address.Port, Cancel);
        return socket;
    }

    /// <returns>True when the gateway has ended the connection.</returns>
    private static async Task<bool> TrickleAsync(Socket socket)
    {
        var ended = Task.Run(async () =>
        {
            var buffer = new byte[1024];
            try
            {
                while (await socket.ReceiveAsync(buffer, Cancel) > 0)
                {
                    // It says 408 before it closes.
                }
            }
            catch (SocketException)
            {
                // Reset: ended all the same.
            }
        });
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        try
        {
            foreach (var letter in Encoding.ASCII.GetBytes("POST /webhooks/token HTTP/1.1\r\nHost: x\r\nX-Slow: " + new string('a', 1000)))
            {
                if (ended.IsCompleted)
                {
                    break;
                }

                await socket.SendAsync(new[] { letter }, Cancel);
                await pace.WaitForNextTickAsync(Cancel);
            }
        }
        catch (SocketException)
        {
            // It has hung up on us, which is what is wanted.
        }

        await ended.WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        return ended.IsCompletedSuccessfully;
    }

    private long Resident()
    {
        using var gateway = Process.GetProcessById(platform.Gateway.Id);
        return gateway.WorkingSet64;
    }
}
