internal import Synchronization

/// The structures of a file that were checked: each once, before the library follows it.
final class FileStructure: Sendable {
  let file: FileBytes
  private let state: Mutex<StructureCheck>

  /// Checks what the library looks at when it opens the file.
  ///
  /// - Throws: `StructureError`.
  init(_ file: FileBytes) throws(StructureError) {
    self.file = file
    var check = StructureCheck(file)
    try check.checkStart()
    state = Mutex(check)
  }

  /// For a file that is open, as what the library looks at when it opens one was checked before.
  init(ofOpen file: FileBytes) {
    self.file = file
    state = Mutex(StructureCheck(file))
  }

  /// Checks an object's header and where that leads, but no other objects.
  func check(objectAt address: UInt64) throws(StructureError) {
    try state.withLock { (check) throws(StructureError) in try check.check(objectAt: address) }
  }

  /// Checks that a reference leads to as many bytes as it declares.
  func check(_ reference: HeapReference, elementBytes: Int) throws(StructureError) {
    if reference.isNull { return }
    let size = try place(of: reference).size
    guard size == reference.length * elementBytes else { throw damage(reference) }
  }

  /// The bytes of a text.
  func text(_ reference: HeapReference) throws(StructureError) -> [UInt8] {
    if reference.isNull || reference.length == 0 { return [] }
    let place = try place(of: reference)
    guard reference.length <= place.size else { throw damage(reference) }
    return try file.bytes(at: place.address, reference.length, of: GlobalHeap.part)
  }

  private func place(of reference: HeapReference) throws(StructureError) -> (
    address: UInt64, size: Int
  ) {
    try state.withLock { (check) throws(StructureError) in try check.heapObject(reference) }
  }

  private func damage(_ reference: HeapReference) -> StructureError {
    StructureError(part: GlobalHeap.part, offset: file.offset(of: reference.address))
  }
}
