using System.CommandLine;
using Jevons.Inference;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Cli;

/// <summary><c>doctor</c>: what this machine has, what Jevons makes of it and why.</summary>
internal static class DoctorVerb
{
    private static readonly TensorType[] s_productTypes = [TensorType.Q4_K, TensorType.Q8_0, TensorType.BF16, TensorType.F32];

    /// <summary>Makes the verb.</summary>
    public static VerbCommand Create(CliContext context)
    {
        ComputeOptions compute = new();
        Option<bool> json = SharedOptions.Json();
        VerbCommand command = new("doctor", "Says what this machine has and what is made of it.", "jevons doctor", "jevons doctor --isa avx2 --threads 1 --json");
        compute.AddMachineTo(command);
        command.Options.Add(json);
        command.SetAction(parse =>
        {
            DoctorReport report = Examine(context, compute.Model(parse).Features ?? CpuFeatures.Detect(), compute.Engine(parse).Threads);
            if (parse.GetValue(json))
            {
                JsonOutput.WriteObject(context.Out, report.WriteJson);
            }
            else
            {
                report.WriteText();
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static DoctorReport Examine(CliContext context, CpuFeatures features, int? threads)
    {
        using ProgressLine progress = new(context);
        progress.Show(_ => "measuring");
        using WorkerPool pool = new(threads ?? Environment.ProcessorCount);
        using KernelContext kernels = new(pool, features);
        TimeSpan each = TimeSpan.FromMilliseconds(400);
        Ceilings ceilings = Ceilings.Measure(kernels, context.Time, each);
        ProbeTimer timer = new(context.Time, each);
        return new DoctorReport
        {
            Context = context,
            Processor = ProcessorInfo.Read(),
            Memory = MachineMemory.Read(),
            Features = features,
            RefusedKernels = InstructionSets.RefusedKernels(features),
            Threads = pool.Workers,
            Ceilings = ceilings,
            Products = [.. s_productTypes.Select(t => (t, MatMulProbe.Rate(kernels, timer, t)))],
        };
    }
}
