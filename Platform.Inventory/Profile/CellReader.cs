using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Platform.Inventory.Profile;

/// <summary>Reads single cells of text: which kind they are and their number. Times become microseconds since 1970 in UTC.</summary>
public static class CellReader
{
    // Also the bytes of 年, 月 and 日.
    private static readonly SearchValues<byte> NumberOrTime = SearchValues.Create([.. "0123456789+-./:, eEtTzZaApPmMuUcC"u8, .. "年月日"u8]);

    /// <summary>Kind and number of a trimmed, non-empty UTF-8 cell. The number is NaN for text; booleans are 0 and 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static CellKind Read(ReadOnlySpan<byte> cell, out double number, out long integer, out bool leadingZero)
    {
        number = double.NaN;
        integer = 0;
        leadingZero = false;
        var first = cell[0];
        if (first is not ((>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'+' or (byte)'.'))
            return IsBoolean(cell, out number) ? CellKind.Boolean : CellKind.Text;
        if (cell.Length > 40)
            return CellKind.Text;
        if (ReadInteger(cell, out integer, out leadingZero))
        {
            number = integer;
            return CellKind.Integer;
        }

        // Names and codes that begin with a digit end here, at a letter that is in no number and no time.
        if (cell.ContainsAnyExcept(NumberOrTime))
            return CellKind.Text;
        if (IsPlainNumber(cell) && Utf8Parser.TryParse(cell[0] == (byte)'+' ? cell[1..] : cell, out double parsed, out var consumed) && consumed == cell.Length - (cell[0] == (byte)'+' ? 1 : 0) && double.IsFinite(parsed))
        {
            number = parsed;
            leadingZero = cell.Length > 1 && cell[0] == (byte)'0' && cell[1] is >= (byte)'0' and <= (byte)'9';
            return CellKind.Decimal;
        }

        return first is >= (byte)'0' and <= (byte)'9' ? TimeText.Read(cell, out number) : CellKind.Text;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool ReadInteger(ReadOnlySpan<byte> cell, out long value, out bool leadingZero)
    {
        value = 0;
        leadingZero = false;
        var i = cell[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        var digits = cell.Length - i;
        if (digits is 0 or > 18)
            return false;
        leadingZero = digits > 1 && cell[i] == (byte)'0';
        for (; i < cell.Length; i++)
        {
            var digit = cell[i] - (byte)'0';
            if ((uint)digit > 9)
                return false;
            value = (value * 10) + digit;
        }

        if (cell[0] == (byte)'-')
            value = -value;
        return true;
    }

    // Keeps dates, versions and ids with dashes away from the slow number parser, and words such as "Infinity" out.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsPlainNumber(ReadOnlySpan<byte> cell)
    {
        int dots = 0, exponents = 0, digits = 0;
        for (var i = 0; i < cell.Length; i++)
        {
            switch (cell[i])
            {
                case >= (byte)'0' and <= (byte)'9':
                    digits++;
                    break;
                case (byte)'.':
                    if (++dots > 1 || exponents > 0)
                        return false;
                    break;
                case (byte)'e' or (byte)'E':
                    if (++exponents > 1 || digits == 0)
                        return false;
                    break;
                case (byte)'-' or (byte)'+':
                    if (i != 0 && cell[i - 1] is not ((byte)'e' or (byte)'E'))
                        return false;
                    break;
                default:
                    return false;
            }
        }

        return digits > 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsBoolean(ReadOnlySpan<byte> cell, out double number)
    {
        number = double.NaN;
        switch (cell.Length)
        {
            case 4 when System.Text.Ascii.EqualsIgnoreCase(cell, "true"u8):
                number = 1;
                return true;
            case 5 when System.Text.Ascii.EqualsIgnoreCase(cell, "false"u8):
                number = 0;
                return true;
            default:
                return false;
        }
    }
}
