//! A single file put in the place of another: written beside it, brought to the disk, and renamed when whole.

use std::io::{self, Write as _};
use std::path::Path;

use crate::disk::{Access, Disk, Kind};
use crate::error::{Error, Result, display_path};

use super::place::{hidden, parent_of, random};

/// Puts a file in the place of another, or where none was. What was there before stays until the new one is on
/// the disk. Refuses to take the place of anything but a regular file.
pub(crate) fn replace(disk: &dyn Disk, target: &Path, bytes: &[u8], access: Access) -> Result<()> {
    let refuse = |what: &str| {
        Err(Error::usage(format!("the output file {} is {what}; name a file", display_path(target))))
    };
    match disk.facts(target).map(|facts| facts.kind) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        Err(e) => return Err(Error::io("write", target, e)),
        Ok(Kind::File) => {}
        Ok(Kind::Directory) => return refuse("a directory"),
        Ok(Kind::Link) => return refuse("a link"),
        Ok(Kind::Other) => return refuse("a device or a pipe"),
    }
    let Some(name) = target.file_name() else { return refuse("a directory") };
    let parent = parent_of(target);
    let random = random(".tmp").map_err(|e| Error::io("create", target, e))?;
    let temporary = parent.join(hidden(name, &random));
    let mut file = disk.create(&temporary, access).map_err(|e| Error::io("create", target, e))?;
    let written = file.write_all(bytes).and_then(|()| file.sync());
    // Closed before it is renamed or removed, as some systems want it.
    drop(file);
    let placed = match written {
        Ok(()) => disk.rename(&temporary, target).map_err(|e| Error::io("rename into place", target, e)),
        Err(e) => Err(Error::io("write", target, e)),
    };
    if placed.is_err() {
        // Nothing more can be done about it here.
        let _ = disk.remove_file(&temporary);
        return placed;
    }
    disk.sync_directory(&parent).map_err(|e| Error::io("write", parent, e))
}
