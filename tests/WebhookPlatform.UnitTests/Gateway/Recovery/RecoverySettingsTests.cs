using System.Security.Cryptography;
using WebhookPlatform.Gateway.Recovery;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Recovery;

public sealed class RecoverySettingsTests
{
    private static RecoveryOptions Stripe => new() { ApiKey = "rk_test_key_of_the_tests", EventTypes = ["*"] };

    private static RecoveryOptions GitHub => new() { ApiKey = "ghp_test", Repository = "acme/shop", HookId = "512" };

    private static readonly RSA AppKey = RSA.Create(2048);

    private static RecoveryOptions GitHubApp => new() { ApiKey = AppKey.ExportRSAPrivateKeyPem(), App = "Iv23liTest" };

    private static RecoveryOptions Shopify => new() { ApiKey = "shpat_test", Shop = "acme.myshopify.com", EventTypes = ["orders/create"] };

    public static TheoryData<string, RecoveryOptions, string> Wrong => new()
    {
        { "stripe", Change(Stripe, options => options.ApiKey = null), "Recovery:ApiKey is missing: a restricted key" },
        { "stripe", Change(Stripe, options => options.ApiKey = "rk_\r\nHost: x"), "plain characters" },
        { "stripe", Change(Stripe, options => options.EventTypes = null), "EventTypes is missing" },
        { "stripe", Change(Stripe, options => options.Every = TimeSpan.FromSeconds(5)), "Recovery:Every must be between 00:01:00 and 30.00:00:00" },
        { "stripe", Change(Stripe, options => options.Lookback = TimeSpan.FromDays(31)), "Recovery:Lookback must be between 00:01:00 and 30.00:00:00" },
        { "stripe", Change(Stripe, options => options.Grace = TimeSpan.FromDays(-1)), "Recovery:Grace must be" },
        { "stripe", Change(Stripe, options => options.Url = "http://api.stripe.example"), "must be an https address" },
        { "stripe", Change(Stripe, options => options.Url = "https://user:password@api.stripe.com"), "must be an https address" },
        { "stripe", Change(Stripe, options => options.Url = "https://api.stripe.com/?a=b"), "must be an https address" },
        { "github", Change(GitHub, options => options.Repository = null), "give Repository (owner/name) or Organization" },
        { "github", Change(GitHub, options => options.Organization = "acme"), "give Repository (owner/name) or Organization" },
        { "github", Change(GitHub, options => options.Repository = "acme/.."), "Repository must be owner/name" },
        { "github", Change(GitHub, options => options.Repository = "acme/shop/../x"), "Repository must be owner/name" },
        { "github", Change(GitHub, options => options.HookId = "5/../6"), "HookId must be the webhook's number" },
        { "github", Change(GitHub, options => options.HookId = null), "HookId must be the webhook's number" },
        { "github", Change(GitHubApp, options => options.Repository = "acme/shop"), "give Repository (owner/name) or Organization or App" },
        { "github", Change(GitHubApp, options => options.App = "x\"y"), "App must be the GitHub App's client ID" },
        { "github", Change(GitHubApp, options => options.ApiKey = "ghp_test"), "ApiKey must be the app's private key in PEM" },
        { "github", Change(GitHubApp, options => options.ApiKey = AppKey.ExportRSAPublicKeyPem()), "ApiKey must be the app's private key in PEM" },
        { "github", Change(GitHubApp, options => options.HookId = "512"), "an App has one webhook" },
        { "stripe", Change(Stripe, options => (options.App, options.ApiKey) = ("x", AppKey.ExportRSAPrivateKeyPem())), "plain characters" },
        { "github", Change(GitHub, options => options.Lookback = TimeSpan.FromDays(4)), "Recovery:Lookback must be between 00:01:00 and 3.00:00:00" },
        { "shopify", Change(Shopify, options => options.Shop = "acme.example.com"), "Shop must be the shop's own address" },
        { "shopify", Change(Shopify, options => options.ApiVersion = "../x"), "ApiVersion must be" },
        { "shopify", Change(Shopify, options => options.EventTypes = ["*"]), "EventTypes must name topics" },
        { "shopify", Change(Shopify, options => options.EventTypes = ["customers/delete"]), "'customers/delete' cannot be recovered" },
        { "razorpay", Stripe, "Recovery is not possible for razorpay" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Wrong_settings_are_told_at_start_with_what_to_fix(string provider, RecoveryOptions options, string words)
    {
        var (source, problems) = SourceFactory.Create("source", new SourceOptions { Provider = provider, Secrets = ["whsec_of_the_tests"], Recovery = options }, SourceOrigin.Configuration);

        Assert.Null(source);
        Assert.Contains(words, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Right_settings_are_taken_and_the_key_is_not_shown()
    {
        foreach (var (provider, options) in new[] { ("stripe", Stripe), ("github", GitHub), ("github", GitHubApp), ("github", Change(GitHubApp, one => one.ApiKey = one.ApiKey!.Replace("\n", "\\n", StringComparison.Ordinal))), ("shopify", Shopify), ("stripe", Change(Stripe, local => local.Url = "http://127.0.0.1:4010")) })
        {
            var (source, problems) = SourceFactory.Create("source", new SourceOptions { Provider = provider, Secrets = ["whsec_of_the_tests"], Recovery = options }, SourceOrigin.Configuration);
            Assert.Empty(problems);
            Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromDays(1), null), (source!.Recovery!.Grace, source.Recovery.Lookback, source.Recovery.Every));
            Assert.DoesNotContain(options.ApiKey!, source.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("invoice.paid", true)]
    [InlineData("charge.refunded", true)]
    [InlineData("charge.refunded.x", false)]
    [InlineData("payout.paid", false)]
    public void Types_are_wanted_by_name_and_by_group(string type, bool isWanted)
    {
        var (settings, _) = RecoverySettings.Create("stripe", Change(Stripe, options => options.EventTypes = ["invoice.*", "charge.refunded"]));

        Assert.Equal(isWanted, settings!.Wants(type));
    }

    private static RecoveryOptions Change(RecoveryOptions options, Action<RecoveryOptions> change)
    {
        change(options);
        return options;
    }
}
