using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Options;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Settings;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>
/// Keeps the framework's form keys in the database, sealed by the node key: forms survive a restart, several processes
/// share them, and a copy of the database alone is worth nothing.
/// </summary>
internal sealed class DataProtectionKeys(SettingStore settings, Database database) : IXmlRepository
{
    // The framework asks synchronously, a few times in the life of a process.
    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. settings.ListDataProtectionKeysAsync().GetAwaiter().GetResult().Select(xml => XElement.Parse(xml))];

    public void StoreElement(XElement element, string friendlyName) => database
        .WriteAsync(writing => SettingStore.AddDataProtectionKey(
            writing, friendlyName, element.ToString(SaveOptions.DisableFormatting)))
        .GetAwaiter().GetResult();
}

/// <summary>Seals a key.</summary>
internal sealed class NodeKeyEncryptor(NodeKey nodeKey) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var sealedBox = nodeKey.Seal(Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting)));
        return new EncryptedXmlInfo(
            new XElement("sealed", Convert.ToBase64String(sealedBox)), typeof(NodeKeyDecryptor));
    }
}

/// <summary>Opens a key; the framework makes it by name.</summary>
internal sealed class NodeKeyDecryptor : IXmlDecryptor
{
    private readonly NodeKey nodeKey;

    public NodeKeyDecryptor(IServiceProvider services) => nodeKey = services.GetRequiredService<NodeKey>();

    public XElement Decrypt(XElement encryptedElement) =>
        XElement.Parse(Encoding.UTF8.GetString(nodeKey.Open(Convert.FromBase64String(encryptedElement.Value))));
}

/// <summary>Tells the framework to use both.</summary>
internal sealed class DataProtectionSetup(SettingStore settings, Database database, NodeKey nodeKey)
    : IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions options)
    {
        options.XmlRepository = new DataProtectionKeys(settings, database);
        options.XmlEncryptor = new NodeKeyEncryptor(nodeKey);
    }
}
