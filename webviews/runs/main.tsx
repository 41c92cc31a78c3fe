import { createRoot } from 'react-dom/client';
import '../shared/base.css';
import { PanelBackend } from '../shared/backend.ts';
import { vscodeApi } from '../shared/vscodeApi.ts';
import { RunPanel } from './runPanel.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');

const backend = new PanelBackend();
const subject = await backend.subject;
// A reload of the window finds the panel again by this.
vscodeApi.setState({ subject });
createRoot(root).render(<RunPanel backend={backend} run={subject} />);
