using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Simulators;
using WebhookPlatform.UnitTests.Simulators;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

/// <summary>Signed webhooks that something has chewed on: no exception escapes, nothing spoiled is believed, nothing piles up.</summary>
[Collection(Alone)]
public sealed class FuzzTests
{
    private const string Alone = "What measures the memory of the whole process";
    private const int InputsPerProvider = 15_000;

    /// <summary>Signing takes longer than judging where keys are private.</summary>
    private const int Genuine = 300;

    private static readonly string[] Tokens = ["{", "}", "[", "]", "\"", ":", ",", "null", "true", "-1e999", "99999999999999999999999", "\\u0000", "\\ud800", "\0", "\uFEFF", "t=", "v1,", "sha256=", "=", ";", "%", "\u00e9"];

    public static TheoryData<string> Providers => [.. SimulatorCatalog.All.Select(simulator => simulator.Provider)];

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Whatever_comes_is_judged_and_read_without_an_exception(string provider)
    {
        var simulator = SimulatorCatalog.Find(provider)!;
        var source = Simulation.Source(provider);
        var reader = new DeliveryReader(new Complaining());
        var budget = new BodyBudget(0);
        var random = new Random(provider.Length * 7919);
        var genuine = Enumerable.Range(0, Genuine).Select(_ => simulator.Create(simulator.Events[random.Next(simulator.Events.Count)].Name, Simulation.Context(provider, random.Next()))).ToList();
        var context = Simulation.Context(provider, seed: 1);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var input = 0; input < InputsPerProvider; input++)
        {
            var signed = genuine[random.Next(genuine.Count)];
            var headers = Simulation.Headers(signed);
            var body = random.Next(3) == 0 ? signed.Body : Chew(signed.Body, random);
            if (random.Next(3) > 0)
            {
                Chew(headers, random);
            }

            var request = signed.Raw(source, body, headers) with { Method = random.Next(20) == 0 ? "GET" : signed.Method.Method };
            var verification = await Simulation.VerifyAsync(request, source, context);
            source.Provider.AnswerUnsigned(request, source);
            source.Provider.AnswerSigned(request, source);
            source.Provider.AnswerAccepted(request, source);
            reader.Read(request, new RequestBody(budget, body, body.Length, taken: 0), source, verification, Simulation.Start);

            if (simulator.CoversBody && !body.AsSpan().SequenceEqual(signed.Body))
            {
                Assert.False(verification.IsValid, $"input {input} was believed: {Encoding.Latin1.GetString(body)}");
            }
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16 * 1024 * 1024);
    }

    private static byte[] Chew(byte[] body, Random random)
    {
        var chewed = body.ToList();
        for (var bites = random.Next(1, 5); bites > 0; bites--)
        {
            var at = random.Next(chewed.Count + 1);
            switch (random.Next(6))
            {
                case 0 when chewed.Count > 0:
                    chewed[Math.Min(at, chewed.Count - 1)] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    chewed.RemoveRange(at, Math.Min(chewed.Count - at, random.Next(40)));
                    break;
                case 2:
                    chewed.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]));
                    break;
                case 3:
                    chewed.InsertRange(at, Enumerable.Repeat((byte)"[{9\" "[random.Next(5)], random.Next(300)));
                    break;
                case 4:
                    var piece = chewed.GetRange(at, Math.Min(chewed.Count - at, random.Next(200)));
                    chewed.InsertRange(random.Next(chewed.Count + 1), piece);
                    break;
                default:
                    var noise = new byte[random.Next(20)];
                    random.NextBytes(noise);
                    chewed.InsertRange(at, noise);
                    break;
            }
        }

        return [.. chewed];
    }

    private static void Chew(HeaderDictionary headers, Random random)
    {
        foreach (var name in headers.Keys.Where(_ => random.Next(2) == 0).ToList())
        {
            var value = headers[name].ToString();
            var at = random.Next(value.Length + 1);
            headers[name] = random.Next(7) switch
            {
                0 => StringValues.Empty,
                1 => new StringValues([value, value]),
                2 => value[..at],
                3 => value.Insert(at, Tokens[random.Next(Tokens.Length)]),
                4 => new string('9', random.Next(100)),
                5 => value + "," + value,
                _ => new string([.. value.Select(letter => random.Next(10) == 0 ? (char)random.Next(1, 0x180) : letter)]),
            };
        }
    }

    // The reader survives a provider that throws and says so; here that is a fault.
    private sealed class Complaining : ILogger<DeliveryReader>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Assert.Fail(formatter(state, exception));
    }

    // Other tests' memory is not the providers'.
    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class Collection;
}
