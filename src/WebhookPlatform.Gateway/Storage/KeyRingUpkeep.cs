using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebhookPlatform.Messaging.Outages;

namespace WebhookPlatform.Gateway.Storage;

/// <summary>At start: wraps keys that came into the database before there was a master key, and says so when they cannot be opened with the one there is.</summary>
public sealed partial class KeyRingUpkeep(IDbContextFactory<GatewayDbContext> contexts, IServiceProvider services, IOptions<MasterKeyOptions> options, TimeProvider clock, ILogger<KeyRingUpkeep> logger) : BackgroundService
{
    private static readonly XNamespace Protection = "http://schemas.asp.net/2015/03/dataProtection";

    /// <summary>Wraps what is not wrapped yet.</summary>
    public async Task WrapAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        foreach (var row in await db.DataProtectionKeys.Where(row => row.Xml != null).ToListAsync(cancellationToken))
        {
            var xml = XElement.Parse(row.Xml!);
            if (options.Value.IsSet && Wrap(xml, options.Value.Bytes()!))
            {
                row.Xml = xml.ToString(SaveOptions.DisableFormatting);
                LogWrapped(logger, row.FriendlyName);
            }

            Check(xml, row.FriendlyName);
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Does to a stored key what Data Protection does to a new one.</summary>
    /// <returns>Whether there was anything to wrap.</returns>
    public static bool Wrap(XElement key, byte[] masterKey)
    {
        var bare = key.Descendants().Where(element => (bool?)element.Attribute(Protection + "requiresEncryption") is true).ToList();
        foreach (var element in bare)
        {
            var info = new MasterKeyEncryptor(masterKey).Encrypt(new XElement(element));
            element.ReplaceWith(new XElement(Protection + "encryptedSecret", new XAttribute("decryptorType", info.DecryptorType.AssemblyQualifiedName!), info.EncryptedElement));
        }

        return bare.Count > 0;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var attempt = 0; !stoppingToken.IsCancellationRequested; attempt++)
        {
            try
            {
                await WrapAsync(stoppingToken);
                return;
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested && Outage.Is(failure))
            {
                await Task.Delay(Backoff.Delay(attempt, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5)), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogFault(logger, fault);
                return;
            }
        }
    }

    private void Check(XElement key, string? name)
    {
        foreach (var wrapped in key.Descendants("masterKeyWrapped"))
        {
            try
            {
                new MasterKeyDecryptor(services).Decrypt(wrapped);
            }
            catch (CryptographicException unreadable)
            {
                LogUnreadable(logger, name, unreadable.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The key {Name} is wrapped with the master key from now on; copies of the database made before still hold it bare")]
    private static partial void LogWrapped(ILogger logger, string? name);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The key {Name} cannot be opened, and what was encrypted with it neither (sources made through the API, quarantined requests): {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string? name, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The keys in the database could not be looked through")]
    private static partial void LogFault(ILogger logger, Exception fault);
}
