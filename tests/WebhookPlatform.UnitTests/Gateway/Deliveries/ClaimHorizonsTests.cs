using Microsoft.Extensions.Logging.Abstractions;
using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Simulators.Outages;

namespace WebhookPlatform.UnitTests.Gateway.Deliveries;

public sealed class ClaimHorizonsTests
{
    public static TheoryData<string> Providers => [.. ProviderCatalog.All.Select(provider => provider.Name)];

    [Theory]
    [InlineData("stripe", null, null, 30)]
    [InlineData("adyen", null, null, 45)]
    [InlineData("paddle", null, null, 90)]
    [InlineData("standard-webhooks", null, null, 90)]
    [InlineData("token", null, null, 30)]
    [InlineData("stripe", 7, null, 7)]
    [InlineData("stripe", 400, 60, 400)]
    [InlineData("stripe", 7, 60, 7)]
    [InlineData("stripe", null, 60, 60)]
    [InlineData("paddle", null, 60, 60)]
    [InlineData("stripe", null, 1, 3)]
    [InlineData("adyen", null, 7, 30)]
    [InlineData("token", null, 1, 1)]
    public void A_source_decides_before_the_gateway_and_the_gateway_before_the_provider_but_never_for_less_than_its_retries(string provider, int? source, int? gateway, int days)
    {
        var horizons = Horizons(gateway, ("shop", provider, source));

        Assert.Equal(TimeSpan.FromDays(days), horizons.Of("shop"));
        Assert.Equal(TimeSpan.FromDays(days), horizons.KeptForSure("shop"));
    }

    [Theory]
    [InlineData("stripe", 2, "DuplicateHorizonDays must be between 3 and 3650: stripe itself retries for up to 3 days, and what is forgotten sooner would be accepted twice.")]
    [InlineData("adyen", 29, "DuplicateHorizonDays must be between 30 and 3650: adyen itself retries for up to 30 days, and what is forgotten sooner would be accepted twice.")]
    [InlineData("token", 0, "DuplicateHorizonDays must be between 1 and 3650.")]
    [InlineData("token", -1, "DuplicateHorizonDays must be between 1 and 3650.")]
    [InlineData("token", 3651, "DuplicateHorizonDays must be between 1 and 3650.")]
    public void A_horizon_out_of_bounds_is_refused_with_what_to_fix(string provider, int days, string problem)
    {
        var (source, problems) = SourceFactory.Create("shop", Options(provider, days), SourceOrigin.Api);

        Assert.Null(source);
        Assert.Equal(problem, Assert.Single(problems));
    }

    [Theory]
    [InlineData("stripe", 3)]
    [InlineData("token", 1)]
    [InlineData("token", 3650)]
    [InlineData("token", null)]
    public void A_horizon_within_bounds_is_taken(string provider, int? days)
    {
        var (source, problems) = SourceFactory.Create("shop", Options(provider, days), SourceOrigin.Api);

        Assert.Empty(problems);
        Assert.Equal(days, source!.DuplicateHorizonDays);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void No_event_id_is_forgotten_before_its_provider_has_given_up(string provider)
    {
        var redelivery = ProviderCatalog.Find(provider)!.Redelivery;
        var retries = DeliveryPolicies.For(provider).Retries;

        Assert.InRange(retries.LastRetry, TimeSpan.Zero, TimeSpan.FromDays(redelivery.RetryDays));
        Assert.InRange(retries.Horizon ?? TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromDays(redelivery.RetryDays));
        Assert.InRange(redelivery.RetryDays, 1, redelivery.Days);
        Assert.InRange(redelivery.Days, Redelivery.Usual.Days, ClaimHorizons.MostDays);
    }

    [Fact]
    public void Nothing_is_past_the_longest_horizon_while_the_sources_of_the_api_are_not_known() =>
        Assert.Null(Horizons(gateway: 7, ("shop", "token", 5)).Longest);

    [Fact]
    public void Nothing_of_an_unknown_source_is_past_its_horizon()
    {
        var horizons = Horizons(gateway: null, ("shop", "token", 5));

        Assert.Null(horizons.Of("gone"));
        Assert.Equal(TimeSpan.FromDays(1), horizons.KeptForSure("gone"));
    }

    private static ClaimHorizons Horizons(int? gateway, params (string Name, string Provider, int? Days)[] sources)
    {
        var configured = new SourcesOptions();
        foreach (var (name, provider, days) in sources)
        {
            configured[name] = Options(provider, days);
        }

        // Not started, so that it knows the configuration's sources and asks nobody for others.
        var directory = new SourceDirectory(Microsoft.Extensions.Options.Options.Create(configured), null!, null!, null!, null!, TimeProvider.System, NullLogger<SourceDirectory>.Instance);
        return new ClaimHorizons(directory, Microsoft.Extensions.Options.Options.Create(new RetentionOptions { KeepClaimsDays = gateway }));
    }

    private static SourceOptions Options(string provider, int? days) => new()
    {
        Provider = provider,
        Secrets = [provider switch { "adyen" => new string('a', 64), "standard-webhooks" => "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", _ => "secret_of_the_tests" }],
        DuplicateHorizonDays = days,
    };
}
