using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Gateway.Providers.Mapping;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

/// <summary>docs/events.md says what the contracts and providers do: no more, no less.</summary>
public sealed partial class EventDocumentation
{
    private static readonly string Text = File.ReadAllText(Repository.PathTo("docs", "events.md")).ReplaceLineEndings("\n");

    public static TheoryData<string> Contracts => [.. ContractCatalog.DomainEvents.Concat(ContractCatalog.PlatformMessages).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Section_of_a_contract_lists_exactly_its_fields(string name) =>
        Assert.Equal(FieldsOf(ContractCatalog.Find(name)!).Where(field => field is not "metadata"), FieldsIn(Section($"### {name}")), StringComparer.Ordinal);

    [Fact]
    public void Every_section_of_a_contract_is_about_one_that_exists() =>
        Assert.Equal(Contracts.Select(row => row.Data), ContractHeading().Matches(Text).Select(match => match.Groups["name"].Value), StringComparer.Ordinal);

    [Fact]
    public void Metadata_and_money_are_described_by_exactly_their_fields() =>
        Assert.Equal(
            FieldsOf(TypeInfo(typeof(EventMetadata))).Concat(FieldsOf(TypeInfo(typeof(Money)))),
            FieldsIn(Section("## What every event carries")),
            StringComparer.Ordinal);

    [Fact]
    public void Every_event_that_a_provider_gives_is_listed() =>
        Assert.All(Given().Distinct(), given => Assert.Contains(Listed(), row => Covers(row, given)));

    [Fact]
    public void Every_listed_event_is_given_in_a_fixture() =>
        Assert.All(Listed(), row => Assert.Contains(Given(), given => Covers(row, given)));

    [Fact]
    public void Fields_of_declared_mappings_are_those_there_are() =>
        Assert.Equal(
            MappableEvent.All.Select(e => $"| `{e.Name}` | {Quoted(e.Required)} | {Quoted(e.Optional)} |"),
            Section("## Generic sources: declared mappings").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)),
            StringComparer.Ordinal);

    /// <summary>What the fixtures of the providers that map by themselves are read as.</summary>
    private static IEnumerable<(string Provider, string Type, string Event)> Given()
    {
        foreach (var fixture in Fixture.All.Where(f => f.Provider is not ("hmac" or "token" or "basic" or "bearer" or "cloudevents")))
        {
            using var expected = JsonDocument.Parse(File.ReadAllText(fixture.ExpectedFile));
            var type = expected.RootElement.GetProperty("eventType").GetString()!;
            foreach (var made in expected.RootElement.GetProperty("events").EnumerateArray())
            {
                yield return (fixture.Provider, type, made.GetProperty("name").GetString()!);
            }
        }
    }

    /// <summary>Rows of the first table: provider, type (a star at the end stands for anything), event.</summary>
    private static (string Provider, string Type, string Event)[] Listed() =>
        [.. ListedRow().Matches(Section("## What gives which event")).Select(row => (row.Groups["provider"].Value, row.Groups["type"].Value, row.Groups["event"].Value))];

    private static bool Covers((string Provider, string Type, string Event) row, (string Provider, string Type, string Event) given) =>
        string.Equals(row.Provider, given.Provider, StringComparison.Ordinal)
        && string.Equals(row.Event, given.Event, StringComparison.Ordinal)
        && (row.Type.EndsWith('*') ? given.Type.StartsWith(row.Type[..^1], StringComparison.Ordinal) : string.Equals(row.Type, given.Type, StringComparison.Ordinal));

    /// <summary>From a heading to the next one of its level or above.</summary>
    private static string Section(string heading)
    {
        var start = Text.IndexOf($"\n{heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/events.md has no '{heading}'.");
        var level = heading.IndexOf(' ', StringComparison.Ordinal);
        var rest = Text[(start + heading.Length + 2)..];
        var end = Enumerable.Range(2, level - 1).Select(l => rest.IndexOf($"\n{new string('#', l)} ", StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(rest.Length).Min();
        return rest[..end];
    }

    private static IEnumerable<string> FieldsIn(string section) => FieldRow().Matches(section).Select(match => match.Groups["field"].Value);

    private static IEnumerable<string> FieldsOf(JsonTypeInfo type) => type.Properties.Select(property => property.Name);

    private static JsonTypeInfo TypeInfo(Type type) => ContractCatalog.Json.GetTypeInfo(type);

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"`{name}`"));

    [GeneratedRegex(@"^\| `(?<field>\w+)` \| (text|time|UUID|money|whole number|list)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FieldRow();

    [GeneratedRegex(@"^\| `(?<provider>[^`]+)` \| `(?<type>[^`]+)`[^|]* \| `(?<event>\w+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ListedRow();

    [GeneratedRegex(@"^### (?<name>\w+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ContractHeading();
}
