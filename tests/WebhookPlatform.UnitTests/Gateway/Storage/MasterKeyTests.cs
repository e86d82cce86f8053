using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WebhookPlatform.Gateway.Storage;

namespace WebhookPlatform.UnitTests.Gateway.Storage;

/// <summary>With a master key, what lies in the database opens nothing by itself.</summary>
public sealed class MasterKeyTests
{
    private readonly Keys _keys = new();

    [Fact]
    public void Keys_are_wrapped_and_open_with_the_same_master_key_alone()
    {
        var master = NewKey();
        var secret = Protector(master).Protect("a secret");

        Assert.DoesNotContain("<value", _keys.Text, StringComparison.Ordinal);
        Assert.Equal("a secret", Protector(master).Unprotect(secret));
        Assert.ThrowsAny<CryptographicException>(() => Protector(NewKey()).Unprotect(secret));
        Assert.ThrowsAny<CryptographicException>(() => Protector(null).Unprotect(secret));
    }

    [Fact]
    public void Keys_from_before_the_master_key_are_wrapped_in_place()
    {
        var secret = Protector(null).Protect("a secret");
        Assert.Contains("<value", _keys.Text, StringComparison.Ordinal);

        var master = NewKey();
        Assert.All(_keys.Elements, key => Assert.True(KeyRingUpkeep.Wrap(key, Convert.FromBase64String(master))));
        Assert.All(_keys.Elements, key => Assert.False(KeyRingUpkeep.Wrap(key, Convert.FromBase64String(master))));

        Assert.DoesNotContain("<value", _keys.Text, StringComparison.Ordinal);
        Assert.Equal("a secret", Protector(master).Unprotect(secret));
        Assert.ThrowsAny<CryptographicException>(() => Protector(null).Unprotect(secret));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", true)]
    [InlineData("AAAA", false)]
    [InlineData("not base64", false)]
    public void It_has_to_be_32_bytes_in_base64(string? key, bool isValid) => Assert.Equal(isValid, new MasterKeyOptions { MasterKey = key }.IsValid);

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private IDataProtector Protector(string? master)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(Options.Create(new MasterKeyOptions { MasterKey = master }));
        services.AddDataProtection().SetApplicationName("tests");
        services.Configure<KeyManagementOptions>(options =>
        {
            options.XmlRepository = _keys;
            options.XmlEncryptor = master is null ? null : new MasterKeyEncryptor(Convert.FromBase64String(master));
        });
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>().CreateProtector("purpose");
    }

    private sealed class Keys : IXmlRepository
    {
        public List<XElement> Elements { get; } = [];

        public string Text => string.Concat(Elements);

        public IReadOnlyCollection<XElement> GetAllElements() => [.. Elements.Select(element => new XElement(element))];

        public void StoreElement(XElement element, string friendlyName) => Elements.Add(new XElement(element));
    }
}
