using System.Text.Json;
using System.Text.RegularExpressions;
using WebhookPlatform.Contracts;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Providers.Mapping;
using WebhookPlatform.UnitTests.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Documentation;

/// <summary>docs/events.md says what the contracts and providers do: no more, no less. <c>APPROVE=1 ./test.sh unit --filter EventDocumentation</c> writes what the code knows.</summary>
public sealed partial class EventDocumentation
{
    public static TheoryData<string> Providers => [.. ProviderCatalog.All.Select(provider => provider.Name)];

    [Fact]
    public void Page_says_what_the_code_says()
    {
        var page = File.ReadAllText(EventsPage.File).ReplaceLineEndings("\n");
        var actual = EventsPage.Write(page);
        if (Environment.GetEnvironmentVariable("APPROVE") is "1")
        {
            File.WriteAllText(EventsPage.File, actual);
        }

        Assert.True(string.Equals(File.ReadAllText(EventsPage.File).ReplaceLineEndings("\n"), actual, StringComparison.Ordinal), "docs/events.md is out of date: run with APPROVE=1 and review it.");
    }

    [Fact]
    public void Links_within_the_page_lead_somewhere()
    {
        var page = File.ReadAllText(EventsPage.File);
        var places = Heading().Matches(page).Select(heading => PlaceOf(heading.Groups["text"].Value));

        Assert.Empty(Link().Matches(page).Select(link => link.Groups["place"].Value).Distinct(StringComparer.Ordinal).Except(places, StringComparer.Ordinal));
    }

    /// <summary>What the fixtures are read as is declared, and what is declared is proven by a fixture.</summary>
    [Theory]
    [MemberData(nameof(Providers))]
    public void Provider_declares_exactly_what_its_fixtures_give(string name)
    {
        var declared = ProviderCatalog.Find(name)!.Gives;
        var given = Given(name).ToArray();

        Findings.AssertNone(DeclaresMappings(name) ? [] : given.Where(made => !declared.Any(row => Covers(row, made))).Select(made => $"{made.Type} gives {made.Event}, which Gives does not say."));
        Findings.AssertNone(declared.Where(row => !given.Any(made => Covers(row, made))).Select(row => $"Gives says that {row.Type} gives {row.Event}, which no fixture shows."));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void Provider_declares_each_event_once_and_only_events_there_are(string name)
    {
        var declared = ProviderCatalog.Find(name)!.Gives;

        Assert.Empty(declared.Select(row => row.Event).Except(ContractCatalog.DomainEvents.Select(type => type.Name), StringComparer.Ordinal));
        Assert.Equal(declared.Select(row => (row.Type, row.Event, row.When)).Distinct().Count(), declared.Count);
    }

    [Fact]
    public void Every_event_but_the_receipt_itself_can_be_mapped() =>
        Assert.Equal(
            ContractCatalog.DomainEvents.Where(type => type != typeof(WebhookReceived)).Select(type => type.Name),
            MappableEvent.All.Select(mappable => mappable.Name),
            StringComparer.Ordinal);

    /// <summary>Fields of a mapping are those of the event; money is written as Amount and Currency.</summary>
    [Fact]
    public void Mappings_can_set_exactly_the_fields_of_an_event() =>
        Assert.All(MappableEvent.All, mappable => Assert.Equal(
            ContractShape.Of(ContractCatalog.Find(mappable.Name)!.Type).Fields.Skip(1)
                .SelectMany(field => field.Name is "amount" ? new[] { "AMOUNT", "CURRENCY" } : [field.Name.ToUpperInvariant()]).Order(StringComparer.Ordinal),
            mappable.Required.Concat(mappable.Optional).Select(field => field.ToUpperInvariant()).Order(StringComparer.Ordinal),
            StringComparer.Ordinal));

    private static bool DeclaresMappings(string provider) => provider is "hmac" or "token" or "basic" or "bearer" or "cloudevents" or "jwt" or "mtls";

    private static IEnumerable<(string Type, string Event)> Given(string provider)
    {
        foreach (var fixture in Fixture.All.Where(fixture => string.Equals(fixture.Provider, provider, StringComparison.Ordinal) && File.Exists(fixture.ExpectedFile)))
        {
            using var expected = JsonDocument.Parse(File.ReadAllText(fixture.ExpectedFile));
            var type = expected.RootElement.GetProperty("eventType").GetString()!;
            foreach (var made in expected.RootElement.GetProperty("events").EnumerateArray())
            {
                yield return (type, made.GetProperty("name").GetString()!);
            }
        }
    }

    // A batch of items of several types is called by none of them.
    private static bool Covers(GivenEvent row, (string Type, string Event) given)
    {
        var isOfType = row.Type.EndsWith('*') ? given.Type.StartsWith(row.Type[..^1], StringComparison.Ordinal) : string.Equals(row.Type, given.Type, StringComparison.Ordinal);
        return string.Equals(row.Event, given.Event, StringComparison.Ordinal) && (isOfType || given.Type is "batch");
    }

    // As GitHub makes them: lower case, hyphens for spaces, no other punctuation.
    private static string PlaceOf(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\]\(#(?<place>[^)]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
