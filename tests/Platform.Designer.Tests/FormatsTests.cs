using System.Globalization;
using Platform.Designer.Shell;

namespace Platform.Designer.Tests;

public sealed class FormatsTests
{
    [Theory]
    [InlineData(2.586e-6, "2.586 × 10⁻⁶")]
    [InlineData(-4.0001e-5, "-4 × 10⁻⁵")]
    [InlineData(9.9999e-6, "1 × 10⁻⁵")]
    [InlineData(1.5e15, "1.5 × 10¹⁵")]
    [InlineData(1e300, "1 × 10³⁰⁰")]
    public void Numbers_too_small_or_large_for_digits_are_written_as_print_writes_them(double value, string expected)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        Assert.Equal(expected, Formats.Scientific(value));
    }
}
