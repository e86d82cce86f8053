using System.Text.Json;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Providers.Mapping;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

/// <summary>Every fixture is read as its expected file says. To add a case, add an .http file, run the tests with APPROVE=1, and look at what was written.</summary>
public sealed class FixtureTests
{
    public static TheoryData<string, string> Fixtures
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var fixture in Fixture.All)
            {
                data.Add(fixture.Provider, fixture.Name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Fixture_is_read_as_approved(string provider, string name)
    {
        var fixture = new Fixture(provider, name);
        var source = fixture.Source();

        var actual = Fixture.Describe(source.Provider.Read(fixture.Request(), source));

        if (Environment.GetEnvironmentVariable("APPROVE") is "1")
        {
            File.WriteAllText(fixture.ExpectedFile, actual);
        }

        Assert.True(File.Exists(fixture.ExpectedFile), $"{fixture.ExpectedFile} is missing: run with APPROVE=1 and review it.");
        Assert.Equal(File.ReadAllText(fixture.ExpectedFile).ReplaceLineEndings("\n"), actual);
    }

    /// <summary>A stored delivery can be read again: only the media type and the headers that the provider keeps are left of it.</summary>
    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Fixture_is_read_the_same_from_what_is_stored(string provider, string name)
    {
        var fixture = new Fixture(provider, name);
        var source = fixture.Source();
        var request = fixture.Request();
        var kept = new HeaderDictionary();
        foreach (var header in request.Headers.Where(h => source.Provider.KeptHeaders.Append("Content-Type").Contains(h.Key, StringComparer.OrdinalIgnoreCase)))
        {
            kept[header.Key] = header.Value;
        }

        Assert.Equal(
            Fixture.Describe(source.Provider.Read(request, source)),
            Fixture.Describe(source.Provider.Read(new RawRequest(request.Method, request.Query, kept, request.Body), source)));
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Fixture_has_a_media_type_that_its_provider_accepts(string provider, string name)
    {
        var fixture = new Fixture(provider, name);

        Assert.True(fixture.Source().Provider.Takes(fixture.Request().MediaType!));
    }

    [Fact]
    public void Every_provider_has_fixtures() =>
        Assert.Equal(ProviderCatalog.All.Select(p => p.Name).Order(StringComparer.Ordinal), Fixture.All.Select(f => f.Provider).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_mappable_event_has_a_fixture_of_a_declared_mapping()
    {
        var mapped = Fixture.All.Where(f => f.Provider is "hmac" or "token").SelectMany(EventsOf).Distinct(StringComparer.Ordinal);

        Assert.Equal(MappableEvent.All.Select(e => e.Name).Order(StringComparer.Ordinal), mapped.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> EventsOf(Fixture fixture)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(fixture.ExpectedFile));
        return [.. expected.RootElement.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("name").GetString()!)];
    }
}
