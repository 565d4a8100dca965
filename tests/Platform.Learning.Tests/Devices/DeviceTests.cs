using Platform.Learning.Devices;

namespace Platform.Learning.Tests.Devices;

public sealed class DeviceTests
{
    [Fact]
    public void Names_are_read_and_others_refused()
    {
        Assert.Equal(Device.Cuda, DeviceName.Parse("cuda"));
        Assert.Contains("'gpu'", Assert.Throws<LearningException>(() => DeviceName.Parse("gpu")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_cuda_auto_is_the_cpu_and_says_so_once_and_cuda_says_what_is_missing()
    {
        var said = new List<string>();
        if (DeviceSession.WhyNoCuda is null)
        {
            Assert.Equal(Device.Cuda, DeviceSession.Resolve(Device.Auto, said.Add));
            Assert.Empty(said);
            return;
        }
        Assert.Equal(Device.Cpu, DeviceSession.Resolve(Device.Auto, said.Add));
        Assert.Equal(Device.Cpu, DeviceSession.Resolve(Device.Auto, said.Add));
        Assert.Contains("uses the CPU", Assert.Single(said), StringComparison.Ordinal);
        Assert.Contains(DeviceSession.WhyNoCuda, Assert.Throws<LearningException>(() => DeviceSession.Resolve(Device.Cuda)).Message, StringComparison.Ordinal);
    }
}
