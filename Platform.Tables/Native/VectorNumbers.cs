namespace Platform.Tables.Native;

/// <summary>Reads a vector's numbers as doubles without a branch a value.</summary>
internal static class VectorNumbers
{
    private const double PerSecond = 1e6;

    public static void Copy(in ColumnVector vector, Span<double> target)
    {
        switch (vector.Type.Kind)
        {
            case DuckDbKind.Boolean or DuckDbKind.UTinyInt: Widen(vector.Values<byte>(), target, 1); break;
            case DuckDbKind.TinyInt: Widen(vector.Values<sbyte>(), target, 1); break;
            case DuckDbKind.SmallInt: Widen(vector.Values<short>(), target, 1); break;
            case DuckDbKind.USmallInt: Widen(vector.Values<ushort>(), target, 1); break;
            case DuckDbKind.Integer or DuckDbKind.Date: Widen(vector.Values<int>(), target, 1); break;
            case DuckDbKind.UInteger: Widen(vector.Values<uint>(), target, 1); break;
            case DuckDbKind.BigInt: Widen(vector.Values<long>(), target, 1); break;
            case DuckDbKind.UBigInt: Widen(vector.Values<ulong>(), target, 1); break;
            case DuckDbKind.HugeInt: Widen(vector.Values<Int128>(), target, 1); break;
            case DuckDbKind.UHugeInt: Widen(vector.Values<UInt128>(), target, 1); break;
            case DuckDbKind.Float: Widen(vector.Values<float>(), target, 1); break;
            case DuckDbKind.Double: vector.Values<double>().CopyTo(target); break;
            case DuckDbKind.Decimal: Decimals(vector, target); break;
            case DuckDbKind.Timestamp or DuckDbKind.TimestampTz: Widen(vector.Values<long>(), target, PerSecond); break;
            case DuckDbKind.TimestampSeconds: Widen(vector.Values<long>(), target, 1); break;
            case DuckDbKind.TimestampMilliseconds: Widen(vector.Values<long>(), target, 1e3); break;
            case DuckDbKind.TimestampNanoseconds: Widen(vector.Values<long>(), target, 1e9); break;
            default: throw new InvalidOperationException($"A column of type {vector.Type} holds no numbers.");
        }
    }

    private static void Decimals(in ColumnVector vector, Span<double> target)
    {
        var divisor = Math.Pow(10, vector.Type.Scale);
        switch (vector.Type.Width)
        {
            case 2: Widen(vector.Values<short>(), target, divisor); break;
            case 4: Widen(vector.Values<int>(), target, divisor); break;
            case 8: Widen(vector.Values<long>(), target, divisor); break;
            default: Widen(vector.Values<Int128>(), target, divisor); break;
        }
    }

    private static void Widen<T>(ReadOnlySpan<T> source, Span<double> target, double divisor) where T : System.Numerics.INumberBase<T>
    {
        for (var i = 0; i < source.Length; i++)
            target[i] = double.CreateTruncating(source[i]) / divisor;
    }
}
