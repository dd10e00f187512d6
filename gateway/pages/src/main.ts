import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import { initLanguage } from './lib/i18n.svelte';

initLanguage();
mount(App, { target: document.getElementById('app')! });
