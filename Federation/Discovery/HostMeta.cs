using System.Text;
using System.Text.Json;
using System.Xml;

namespace Ontmoetingsplein.Federation.Discovery;

/// <summary>Where to ask WebFinger (RFC 6415): Mastodon looks here when the usual address answers 404.</summary>
public static class HostMeta
{
    /// <summary>The content type of <see cref="WriteXml"/>.</summary>
    public const string XmlContentType = "application/xrd+xml";

    private const string Namespace = "http://docs.oasis-open.org/ns/xri/xrd-1.0";

    /// <summary>Writes <c>/.well-known/host-meta</c>.</summary>
    /// <param name="origin">The node's origin.</param>
    /// <returns>XML as UTF-8.</returns>
    public static byte[] WriteXml(Uri origin)
    {
        using var buffer = new MemoryStream();
        using (var writer = XmlWriter.Create(buffer, new() { Encoding = new UTF8Encoding(false) }))
        {
            writer.WriteStartElement("XRD", Namespace);
            writer.WriteStartElement("Link", Namespace);
            writer.WriteAttributeString("rel", "lrdd");
            writer.WriteAttributeString("type", ResourceDescriptor.ContentType);
            writer.WriteAttributeString("template", Template(origin));
            writer.WriteEndElement();
            writer.WriteEndElement();
        }
        return buffer.ToArray();
    }

    /// <summary>Writes <c>/.well-known/host-meta.json</c>.</summary>
    /// <param name="origin">The node's origin.</param>
    /// <returns>JSON as UTF-8, to be served as <see cref="ResourceDescriptor.ContentType"/>.</returns>
    public static byte[] WriteJson(Uri origin) => JsonSerializer.SerializeToUtf8Bytes(
        new ResourceDescriptor { Links = [new("lrdd", ResourceDescriptor.ContentType, null, Template(origin))] },
        DiscoveryDocuments.Json.ResourceDescriptor);

    /// <summary>Reads where a host says that it answers WebFinger.</summary>
    /// <param name="xml">Its <c>/.well-known/host-meta</c>.</param>
    /// <returns>The address with <c>{uri}</c> in it; null when there is none to read.</returns>
    internal static string? ReadTemplate(ReadOnlySpan<byte> xml)
    {
        try
        {
            using var stream = new MemoryStream(xml.ToArray());
            using var reader = XmlReader.Create(
                stream, new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            while (reader.ReadToFollowing("Link", Namespace))
            {
                if (reader.GetAttribute("rel") == "lrdd"
                    && reader.GetAttribute("template") is { Length: <= 1_000 } template
                    && template.Contains("{uri}", StringComparison.Ordinal))
                    return template;
            }
        }
        catch (XmlException)
        {
            return null;
        }
        return null;
    }

    private static string Template(Uri origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return $"{origin.GetLeftPart(UriPartial.Authority)}/.well-known/webfinger?resource={{uri}}";
    }
}
