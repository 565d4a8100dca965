using System.Security.Cryptography;
using System.Text;

namespace Platform.Tables.Log;

/// <summary>A short name for a set of columns, kept with each data file: files of today's columns need no look inside.</summary>
internal static class ColumnsFingerprint
{
    public static string Of(StructType schema)
    {
        var text = string.Join('\n', schema.Fields.Select(field => $"{field.Name} {field.Type}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6));
    }
}
