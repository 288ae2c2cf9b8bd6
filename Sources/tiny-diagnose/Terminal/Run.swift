import Diagnostics
import Glibc
import LinearAlgebra
import Ranks

/// The processes of this run, which share the samples; the first of them speaks for all.
enum Run {
  private static let started = Result { try startedProcesses() }

  /// This process alone, or all ranks of an MPI run, once they are known to compute alike: sums of processors
  /// that do not would not be those of one.
  static let processes: any Processes = {
    guard let processes = try? started.get() else { return OneProcess() }
    return processes.once { try await checkProcessors(of: processes) }
  }()

  /// Whether this process prints and writes.
  static var isSpeaking: Bool { processes.rank == 0 }

  /// Starts what all processes need.
  ///
  /// - Throws: `RankFailure` if there should be others and cannot be.
  static func start() throws { _ = try started.get() }

  private static func checkProcessors(of processes: any Processes) async throws {
    let core = blasCore.utf8.map { Double($0) }
    let first = try await processes.broadcast(core, from: 0, channel: 0)
    guard first == core else {
      let name = String(decoding: first.map { UInt8($0) }, as: UTF8.self)
      throw RankFailure(
        rank: processes.rank,
        message: "this processor is a \(blasCore), and that of rank 0 a \(name)\n"
          + "  set OPENBLAS_CORETYPE to the older of both for all ranks", exitCode: 1)
    }
  }

  /// Waits until all processes are done.
  ///
  /// - Throws: `RankFailure` if one of them has failed.
  static func finish() async throws {
    #if MPI
      try await (started.get() as? MPIRanks)?.finish()
    #endif
  }

  /// Ends this process and all others, because it has failed.
  static func end(_ message: String, exitCode: Int32) async -> Never {
    #if MPI
      if let ranks = try? started.get() as? MPIRanks {
        await ranks.fail(message, exitCode: exitCode) {
          standardError(laidOut($0, width: Terminal.messageWidth))
        }
      }
    #endif
    standardError(laidOut(message, width: Terminal.messageWidth))
    Glibc.exit(exitCode)
  }
}
